import type { App } from "../domain/app.ts";
import type { AppPolicy, Policy, PolicyRule } from "./document.ts";
import { warnSecondsOf } from "./warn-seconds.ts";

/** The user profile that owns the space of an app, where the app belongs to a space. */
export type OwnerOf = (app: App) => string | undefined;

/** Resolves the policy for one app: the defaults, with what the first matching rule sets. */
export function resolvePolicy(policy: Policy, app: App, ownerOf: OwnerOf): AppPolicy {
  const found = matchingRule(policy, app, ownerOf);
  return found === undefined ? policy.defaults : { ...policy.defaults, ...found.rule.set, rule: found.name };
}

/** The first rule that matches the app, and what people call it: its name, or else its place, from `rule 1` on. */
export function matchingRule(
  { rules }: Policy,
  app: App,
  ownerOf: OwnerOf,
): { readonly name: string; readonly rule: PolicyRule } | undefined {
  const index = rules.findIndex(({ match }) => matches(match, app, ownerOf));
  const rule = rules[index];
  return rule === undefined ? undefined : { name: rule.name ?? `rule ${index + 1}`, rule };
}

/** Whether any rule matches by user, for which the owners of the spaces have to be read. */
export function matchesByUser({ rules }: Policy): boolean {
  return rules.some(({ match }) => match.user !== undefined);
}

/** The distinct idle timeouts in force, in ascending order of seconds. */
export function timeoutsInForce(policy: Policy): readonly number[] {
  return secondsInForce(policy, "idleTimeInSeconds");
}

/** The distinct idle times at which somebody is to be warned, in ascending order of seconds. */
export function warningsInForce({ defaults, rules }: Policy): readonly number[] {
  const warnings = [defaults, ...rules.map(({ set }) => ({ ...defaults, ...set }))].flatMap((policy) => {
    const warnSeconds = warnSecondsOf(policy);
    return warnSeconds === 0 ? [] : Math.max(1, policy.idleTimeInSeconds - warnSeconds);
  });
  return [...new Set(warnings)].sort((a, b) => a - b);
}

/** The longest time for which anybody may keep an app. */
export function longestKeepAlive({ defaults, rules }: Policy): number {
  return Math.max(defaults.keepAliveAtMost, ...rules.map(({ set }) => set.keepAliveAtMost ?? 0));
}

/** The longest time before a stop at which anybody is warned, 0 where nobody is. */
export function longestWarning({ defaults, rules }: Policy): number {
  return Math.max(...[defaults, ...rules.map(({ set }) => set)].map(({ warnBefore }) => warnBefore ?? 0));
}

/** The distinct times without CPU time after which work has hung, in ascending order of seconds. */
export function hungAftersInForce(policy: Policy): readonly number[] {
  return secondsInForce(policy, "hungAfter");
}

function secondsInForce({ defaults, rules }: Policy, field: "idleTimeInSeconds" | "hungAfter"): readonly number[] {
  const seconds = rules.flatMap(({ set }) => set[field] ?? []);
  return [...new Set([defaults[field], ...seconds])].sort((a, b) => a - b);
}

/** A rule matches an app that fits every field the rule names. */
function matches(match: PolicyRule["match"], app: App, ownerOf: OwnerOf): boolean {
  const { owner } = app;
  return (
    fits(match.domain, app.domainId) &&
    fits(match.user, owner.kind === "user" ? owner.name : ownerOf(app)) &&
    fits(match.space, owner.kind === "space" ? owner.name : undefined) &&
    fits(match.appType, app.type) &&
    fits(match.instanceType, app.instanceType)
  );
}

function fits(globs: ((name: string) => boolean) | undefined, value: string | undefined): boolean {
  if (globs === undefined) return true;
  return value !== undefined && globs(value);
}

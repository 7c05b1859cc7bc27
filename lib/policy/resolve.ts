import type { App } from "../domain/app.ts";
import type { Tags } from "../domain/tags.ts";
import type { AppPolicy, Policy, PolicyRule } from "./document.ts";

/** The user profile that an app belongs to, by its space where it has one. */
export type OwnerOf = (app: App) => string | undefined;

/** An app, and what rules match it by beside what it says itself. */
export type Subject = {
  readonly app: App;
  /** The user profile that it belongs to, by its space where it has one. */
  readonly user: string | undefined;
  /** `undefined` where it could not be read. */
  readonly domainName: string | undefined;
  readonly tags: Tags;
};

/** The rule that holds for an app, and what people call it: its name, or else its place, from `rule 1` on. */
export type MatchingRule = { readonly name: string; readonly rule: PolicyRule };

/** Why it is not known which rule holds, in words. */
export type Doubt = { readonly doubt: string };

/**
 * Resolves the policy for one app at an instant: the defaults, with what the first matching rule sets. Where that
 * cannot be known, it says why, and the app is kept as in a dry run: nobody is told anything, and nothing is deleted.
 */
export function resolvePolicy(policy: Policy, subject: Subject, now: Date): AppPolicy {
  const found = matchingRule(policy, subject, now);
  if (found === undefined) return { ...policy.defaults, mode: policy.mode };
  if ("doubt" in found) return { ...policy.defaults, mode: "dry-run", doubt: found.doubt };
  return { ...policy.defaults, mode: policy.mode, ...found.rule.set, rule: found.name };
}

/** The first rule that matches the app, or why that is not known. */
export function matchingRule({ rules }: Policy, subject: Subject, now: Date): MatchingRule | Doubt | undefined {
  for (const [index, rule] of rules.entries()) {
    if (isOver(rule, now)) continue;
    const name = nameOf(rule, index);
    const match = matches(rule.match, subject);
    if (match === "unknown") return { doubt: `whether ${name} holds is not known: ${unreadOf(rule.match, subject)}` };
    if (match) return { name, rule };
  }
  return undefined;
}

/** What people call the rule at a place of the policy. */
export function nameOf({ name }: PolicyRule, index: number): string {
  return name ?? `rule ${index + 1}`;
}

/** Whether a rule holds no longer, at an instant. */
export function isOver({ until }: PolicyRule, now: Date): boolean {
  return until !== undefined && until <= now;
}

/** Whether any rule matches by user, for which the owners of the spaces have to be read. */
export function matchesByUser({ rules }: Policy): boolean {
  return rules.some(({ match }) => match.user !== undefined);
}

/** The keys of the tags that rules match by. */
export function tagKeysOf({ rules }: Policy): readonly string[] {
  return [...new Set(rules.flatMap(({ match }) => Object.keys(match.tag ?? {})))];
}

/** Whether an app fits every field that a rule names. */
function matches(match: PolicyRule["match"], { app, user, domainName, tags }: Subject): boolean | "unknown" {
  const { owner } = app;
  const named =
    fits(match.user, user) &&
    fits(match.space, owner.kind === "space" ? owner.name : undefined) &&
    fits(match.appType, app.type) &&
    fits(match.instanceType, app.instanceType);
  const others = [
    match.domain === undefined ? true : match.domain([app.domainId, domainName]),
    match.tag === undefined ? true : fitsTags(match.tag, tags),
  ];
  if (!named || others.includes(false)) return false;
  return others.includes("unknown") ? "unknown" : true;
}

function fits(globs: ((name: string) => boolean) | undefined, value: string | undefined): boolean {
  if (globs === undefined) return true;
  return value !== undefined && globs(value);
}

function fitsTags(globs: NonNullable<PolicyRule["match"]["tag"]>, tags: Tags): boolean | "unknown" {
  if (tags === "unreadable") return "unknown";
  return Object.entries(globs).every(([key, fitsKey]) => fits(fitsKey, tags[key]));
}

function unreadOf({ tag }: PolicyRule["match"], { tags }: Subject): string {
  return tag !== undefined && tags === "unreadable" ? "its tags cannot be read" : "its domain's name cannot be read";
}

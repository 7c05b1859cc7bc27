import { validationError } from "../wire/errors.ts";
import { findDomain } from "./find.ts";
import { type Settings, arnsAt, textAt } from "./settings.ts";
import { type Space, type State, within } from "./state.ts";

/** What an app starts with, as far as settings decide: the admin's built-in configuration, then the default one. */
export type Defaults = { builtInArn: string | undefined; lifecycleConfigArn: string | undefined; instanceType: string };

/**
 * Resolves a space's defaults: a shared space's from the domain, a private one's from its owner first. Refuses a space
 * that names a configuration which is not among those to choose from, or is deleted.
 */
export function defaultsOf(state: State, space: Space, appType: string): Defaults {
  const section = `${appType}AppSettings`;
  const levels = levelsOf(state, space);
  const first = (from: readonly Settings[], ...path: string[]): string | undefined =>
    from.map((settings) => textAt(settings, section, ...path)).find((value) => value !== undefined);
  requireListed(state, { space, section, levels });
  return {
    builtInArn: first(levels, "BuiltInLifecycleConfigArn"),
    lifecycleConfigArn: first([space.settings, ...levels], "DefaultResourceSpec", "LifecycleConfigArn"),
    instanceType: first([space.settings, ...levels], "DefaultResourceSpec", "InstanceType") ?? "ml.t3.medium",
  };
}

/** What a user chose stays with the space, and has to be in the list of the profile or the domain at each start. */
function requireListed(
  state: State,
  { space, section, levels }: { space: Space; section: string; levels: readonly Settings[] },
): void {
  const chosen = textAt(space.settings, section, "DefaultResourceSpec", "LifecycleConfigArn");
  if (chosen === undefined) return;
  const listed = levels.some((settings) => arnsAt(settings, section, "LifecycleConfigArns").includes(chosen));
  if (!listed || scriptOf(state, chosen) === undefined)
    throw validationError(`Space [${space.name}] names Studio Lifecycle Config ${chosen}, which cannot be chosen.`);
}

function levelsOf(state: State, { domainId, owner, sharing }: Space): Settings[] {
  const { userSettings, spaceSettings } = findDomain(state, domainId);
  if (sharing === "Shared" || owner === undefined) return [spaceSettings ?? {}];
  const profile = state.profiles.get(within(domainId, owner));
  return profile === undefined ? [userSettings] : [profile.settings, userSettings];
}

/** The text of a lifecycle configuration, by its ARN. */
export function scriptOf(state: State, arn: string): string | undefined {
  const config = [...state.lifecycleConfigs.values()].find((candidate) => candidate.arn === arn);
  return config === undefined ? undefined : Buffer.from(config.content, "base64").toString();
}

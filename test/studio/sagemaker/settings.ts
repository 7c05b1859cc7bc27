import * as v from "valibot";
import { validationError } from "../wire/errors.ts";
import type { LifecycleConfig } from "./state.ts";

/** Settings of a domain, profile or space: whatever the service's model has, kept as it came. */
export type Settings = Record<string, unknown>;
export const Settings = v.record(v.string(), v.unknown());

const none = "None";
const arnMembers = ["LifecycleConfigArn", "BuiltInLifecycleConfigArn", "LifecycleConfigArns"];

/** What updates do; which of the two modes the service has is not established. */
export type Updates = { mode: "merge" | "replace"; updatingMs: number };

/** Settings after an update to them; one that names none of them changes nothing. */
export function updated<S extends Settings | undefined>(
  settings: S,
  update: Settings | undefined,
  { mode }: Updates,
): S | Settings {
  if (update === undefined) return settings;
  return mode === "replace" ? update : merged(settings ?? {}, update);
}

/**
 * Lays an update over settings member by member: what it does not name stays, lists and values are replaced. "None"
 * takes an ARN away, an empty list a list, and what is left empty by that goes with it.
 */
export function merged(settings: Settings, update: Settings): Settings {
  const result = { ...settings };
  for (const [name, value] of Object.entries(update)) {
    const before = result[name];
    const after = isSettings(value) ? merged(isSettings(before) ? before : {}, value) : value;
    if (takesAway(name, value) || (isEmpty(after) && !isEmpty(before) && !isEmpty(value)))
      Reflect.deleteProperty(result, name);
    else result[name] = after;
  }
  return result;
}

const takesAway = (name: string, value: unknown): boolean =>
  arnMembers.includes(name) && (value === none || (Array.isArray(value) && value.length === 0));
const isEmpty = (value: unknown): boolean => isSettings(value) && Object.keys(value).length === 0;
const isSettings = (value: unknown): value is Settings => v.is(Settings, value) && !Array.isArray(value);

/** A setting by its path, if it is text; "None" is how the API takes an ARN away. */
export function textAt(settings: unknown, ...path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>((at, name) => (v.is(Settings, at) ? at[name] : undefined), settings);
  return typeof value === "string" && value !== none ? value : undefined;
}

/** The ARNs of a list in settings, by its path; none where there is no list. */
export function arnsAt(settings: unknown, ...path: readonly string[]): string[] {
  const value = path.reduce<unknown>((at, name) => (v.is(Settings, at) ? at[name] : undefined), settings);
  return Array.isArray(value) ? value.filter(isArn) : [];
}

/** Every lifecycle configuration that settings refer to, at any depth. */
export function attachedIn(settings: unknown): string[] {
  if (Array.isArray(settings)) return settings.flatMap(attachedIn);
  if (!v.is(Settings, settings)) return [];
  return Object.entries(settings).flatMap(([name, value]) =>
    arnMembers.includes(name) ? [value].flat().filter(isArn) : attachedIn(value),
  );
}

/** Refuses settings that refer to a lifecycle configuration which does not exist. */
export function requireAttachable(settings: unknown, known: Iterable<LifecycleConfig>): void {
  const arns = new Set(Array.from(known, ({ arn }) => arn));
  const missing = attachedIn(settings).find((arn) => !arns.has(arn));
  if (missing !== undefined) throw validationError(`Studio Lifecycle Config ${missing} does not exist.`);
}

const isArn = (value: unknown): value is string => typeof value === "string" && value !== none;

import * as v from "valibot";
import { validationError } from "../wire/errors.ts";
import type { LifecycleConfig } from "./state.ts";

/** Settings of a domain, profile or space: whatever the service's model has, kept as it came. */
export type Settings = Record<string, unknown>;
export const Settings = v.record(v.string(), v.unknown());

const none = "None";
const arnMembers = ["LifecycleConfigArn", "BuiltInLifecycleConfigArn", "LifecycleConfigArns"];

/** Lays an update over settings member by member: what it does not name stays, lists and values are replaced. */
export function merged(settings: Settings, update: Settings): Settings {
  const entries = Object.entries(update).map(([name, value]): [string, unknown] => {
    const before = settings[name];
    return [name, v.is(Settings, value) && v.is(Settings, before) ? merged(before, value) : value];
  });
  return { ...settings, ...Object.fromEntries(entries) };
}

/** A setting by its path, if it is text; "None" is how the API takes an ARN away. */
export function textAt(settings: unknown, ...path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>((at, name) => (v.is(Settings, at) ? at[name] : undefined), settings);
  return typeof value === "string" && value !== none ? value : undefined;
}

/** Every lifecycle configuration that settings refer to, at any depth. */
export function attachedIn(settings: unknown): string[] {
  if (Array.isArray(settings)) return settings.flatMap(attachedIn);
  if (!v.is(Settings, settings)) return [];
  return Object.entries(settings).flatMap(([name, value]) => (arnMembers.includes(name) ? [value].flat().filter(isArn) : attachedIn(value)));
}

/** Refuses settings that refer to a lifecycle configuration which does not exist. */
export function requireAttachable(settings: unknown, known: Iterable<LifecycleConfig>): void {
  const arns = new Set(Array.from(known, ({ arn }) => arn));
  const missing = attachedIn(settings).find((arn) => !arns.has(arn));
  if (missing !== undefined) throw validationError(`Studio Lifecycle Config ${missing} does not exist.`);
}

const isArn = (value: unknown): value is string => typeof value === "string" && value !== none;

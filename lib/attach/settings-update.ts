import { isDeepStrictEqual } from "node:util";
import { withExplicitNone } from "./app-settings.ts";
import { settingsPlaces, type Settings, type SettingsGroup, type TargetKey } from "./settings-target.ts";

/**
 * The groups of settings that differ, each whole, because nobody documents whether the service merges a part of one.
 * With `explicitNone`, a setting that goes is sent as the service's word for none; otherwise it is left out.
 */
export function changedGroups(key: TargetKey, from: Settings, to: Settings, explicitNone: boolean): Settings {
  const groups = new Map<SettingsGroup, Settings[SettingsGroup]>();
  for (const { group, section } of settingsPlaces(key)) {
    if (isDeepStrictEqual(from[group], to[group])) continue;
    const sofar = groups.get(group) ?? to[group] ?? {};
    const [before, after] = [from[group]?.[section], to[group]?.[section]];
    const isChanged = explicitNone && !isDeepStrictEqual(before, after);
    groups.set(group, isChanged ? { ...sofar, [section]: withExplicitNone(before, after) } : sofar);
  }
  return Object.fromEntries(groups);
}

/** Whether two settings differ only in how a service shows what was removed: "None", an empty list, empty settings. */
export function isEquivalent(key: TargetKey, a: Settings, b: Settings): boolean {
  return settingsPlaces(key).every(({ group, section }) =>
    isDeepStrictEqual(withoutRemoved(a[group]?.[section]), withoutRemoved(b[group]?.[section])),
  );
}

function withoutRemoved(value: unknown): unknown {
  if (value === "None") return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, withoutRemoved(member)] as const)
    .filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

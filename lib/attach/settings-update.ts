import { isDeepStrictEqual } from "node:util";
import { withExplicitNone } from "./app-settings.ts";
import { settingsPlaces, type Settings, type SettingsGroup, type TargetKey } from "./settings-target.ts";

/**
 * The sections of settings that differ, and nothing beside them: the service merges an update into what it has, and a
 * whole group would undo what somebody else changes in it at the same time. With `explicitNone`, a setting that goes is
 * sent as the service's word for none; otherwise it is left out.
 */
export function changedSections(key: TargetKey, from: Settings, to: Settings, explicitNone: boolean): Settings {
  const groups = new Map<SettingsGroup, Settings[SettingsGroup]>();
  for (const { group, section } of settingsPlaces(key)) {
    const [before, after] = [from[group]?.[section], to[group]?.[section]];
    if (isDeepStrictEqual(before, after)) continue;
    const sent = explicitNone ? withExplicitNone(before, after) : (after ?? {});
    groups.set(group, { ...groups.get(group), [section]: sent });
  }
  return Object.fromEntries(groups);
}

/** What an update took away although it did not name it, as a service does that replaces groups and merges nothing. */
export function lostMembers(before: Settings, sent: Settings, now: Settings): Settings {
  const groups = settingsGroups(sent).map((group) => {
    const kept = { ...now[group], ...sent[group] };
    return [
      group,
      Object.fromEntries(Object.entries(before[group] ?? {}).filter(([name]) => !(name in kept))),
    ] as const;
  });
  return Object.fromEntries(groups.filter(([, lost]) => Object.keys(lost).length > 0));
}

/** Whole groups: what was lost from each is put back, and the rest is as desired. */
export function wholeGroups(lost: Settings, to: Settings): Settings {
  return Object.fromEntries(settingsGroups(lost).map((group) => [group, { ...lost[group], ...to[group] }]));
}

const GROUPS: readonly SettingsGroup[] = ["DefaultUserSettings", "DefaultSpaceSettings", "UserSettings"];
const settingsGroups = (of: Settings): readonly SettingsGroup[] => GROUPS.filter((group) => of[group] !== undefined);

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

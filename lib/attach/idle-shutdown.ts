import type { SkippedSetting } from "./plan.ts";
import { settingsPlaces, type Settings, type TargetKey } from "./settings-target.ts";

/** What AWS takes where an admin has turned its idle shutdown on without a time. */
const DEFAULT_MINUTES = 10_080;

/** Where AWS's own idle shutdown is on. It stays so: an admin decides which of the two stops apps. */
export function idleShutdowns(key: TargetKey, settings: Settings): readonly SkippedSetting[] {
  return settingsPlaces(key).flatMap(({ group, section }) => {
    const idle = settings[group]?.[section]?.AppLifecycleManagement?.IdleSettings;
    if (idle?.LifecycleManagement !== "ENABLED") return [];
    const value = `${idle.IdleTimeoutInMinutes ?? DEFAULT_MINUTES} minutes`;
    const setting = `${group}.${section}.AppLifecycleManagement.IdleSettings`;
    return [{ setting, value, reason: "aws-idle-shutdown" as const, detail: DETAIL }];
  });
}

const DETAIL =
  "AWS's own idle shutdown is on. It stops apps after this time by rules of its own: it does not see whether a cell " +
  "or a terminal's job runs, gives no warning, and does not ask the policy. Turn it off, and the policy alone decides.";

import { attachedArn } from "./app-settings.ts";
import type { DesiredAttachment, SkippedSetting } from "./plan.ts";
import { settingName } from "./record.ts";
import { settingsPlaces, type Settings, type TargetKey } from "./settings-target.ts";

/** The lifecycle configurations of a profile's own, which run or are chosen instead of the domain's. */
export function overridingSettings(
  key: TargetKey,
  settings: Settings,
  { mode, arns }: Pick<DesiredAttachment, "mode" | "arns">,
): readonly SkippedSetting[] {
  return settingsPlaces(key).flatMap((place) => {
    const value = attachedArn(mode, settings[place.group]?.[place.section]);
    if (value === undefined || value === arns[place.type]) return [];
    return [{ setting: settingName(place, mode), value, reason: "overrides" as const, detail: DETAIL }];
  });
}

const DETAIL =
  "This profile has a lifecycle configuration of its own, so its apps have no agent. Take it away, or let the deploy " +
  "change it (ATTACH_PROFILES=change).";

import { isDeepStrictEqual } from "node:util";
import type { UserSettings } from "@aws-sdk/client-sagemaker";
import {
  attach,
  attachedArn,
  priorSettings,
  restore,
  type AppSettings,
  type AttachMode,
  type Ours,
} from "./app-settings.ts";
import { decide, type Decision, type SkipReason, type Wanted } from "./decide.ts";
import { settingName, type AttachmentRecord } from "./record.ts";
import { settingsPlaces, type AppType, type Settings, type SettingsPlace, type TargetKey } from "./settings-target.ts";

/**
 * What is to be attached to a domain or a user profile, and how. A profile without settings of its own has the
 * domain's.
 */
export type DesiredAttachment = {
  readonly mode: AttachMode;
  readonly arns: Readonly<Record<AppType, string>>;
  readonly scope: Wanted["scope"];
};

/** Whether one of these settings has the configuration that is to be attached. */
export function attaches(key: TargetKey, { mode, arns }: DesiredAttachment, settings: Settings): boolean {
  return settingsPlaces(key).some(
    ({ group, section, type }) => attachedArn(mode, settings[group]?.[section]) === arns[type],
  );
}

/** Configurations of ours in the lists to choose from, except the one that is to be attached. */
export function listedFormer(
  key: TargetKey,
  settings: Settings,
  isOurs: Ours["isOurs"],
  desired?: DesiredAttachment,
): readonly string[] {
  return settingsPlaces(key).flatMap(({ group, section, type }) => {
    const wanted = desired?.mode === "default" ? desired.arns[type] : undefined;
    const listed = settings[group]?.[section]?.LifecycleConfigArns ?? [];
    return listed.filter((arn) => isOurs(arn) && arn !== wanted);
  });
}

/** A setting that changes. */
export type SettingChange = {
  readonly setting: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly why: string;
};

/** A setting that stays as it is although it is not as wanted. */
export type SkippedSetting = SkipReason & { readonly setting: string; readonly value: string | null };

export type Plan = {
  readonly settings: Settings;
  /** To be on record before the settings are sent. */
  readonly pendingRecord: AttachmentRecord;
  /** To be on record once the settings are seen to be in place. */
  readonly finalRecord: AttachmentRecord;
  readonly changes: readonly SettingChange[];
  readonly skipped: readonly SkippedSetting[];
};

type CurrentState = Ours & { readonly settings: Settings; readonly record: AttachmentRecord };

/** One setting: a place, and the mode in which something is attached there. */
type SettingSlot = { readonly place: SettingsPlace; readonly mode: AttachMode };

/**
 * Plans how a domain's or profile's settings become as desired; without a desired attachment, how nothing of ours
 * stays.
 */
export function plan(key: TargetKey, state: CurrentState, desired: DesiredAttachment | undefined): Plan {
  const { settings, record } = state;
  const unchanged: Plan = { settings, pendingRecord: record, finalRecord: record, changes: [], skipped: [] };
  return settingSlots(key, desired?.mode).reduce((sofar, slot) => planSetting(sofar, slot, state, desired), unchanged);
}

function planSetting(sofar: Plan, slot: SettingSlot, state: CurrentState, desired?: DesiredAttachment): Plan {
  const { place, mode } = slot;
  const setting = settingName(place, mode);
  const app = sofar.settings[place.group]?.[place.section];
  const isWanted = desired?.mode === mode && state.settings[place.group] !== undefined;
  const prior = priorSettings(mode, withoutOther(slot, app, state));
  const decision = decide(
    { mode, app, prior, record: state.record[setting], isOurs: state.isOurs },
    isWanted ? { arn: desired.arns[place.type], scope: desired.scope } : undefined,
  );
  if (decision.kind === "none") return sofar;
  const planned = decision.kind === "skip" ? sofar : carriedOut(sofar, slot, state, decision);
  if (decision.kind === "attach" || decision.skip === undefined) return planned;
  const value = attachedArn(mode, app) ?? null;
  return { ...planned, skipped: [...sofar.skipped, { setting, value, ...decision.skip }] };
}

/** The settings without what was attached in the other mode, which a space may keep in the list for a while. */
function withoutOther({ place, mode }: SettingSlot, app: AppSettings | undefined, { record, isOurs }: CurrentState) {
  const other = mode === "built-in" ? "default" : "built-in";
  const recorded = record[settingName(place, other)];
  return recorded === undefined ? app : restore(other, app, recorded.before, { isOurs, isNamed: () => false });
}

function carriedOut(
  sofar: Plan,
  { place, mode }: SettingSlot,
  { record, isOurs, isNamed }: CurrentState,
  decision: Extract<Decision, { kind: "attach" | "restore" }>,
): Plan {
  const setting = settingName(place, mode);
  const recorded = record[setting]?.ours;
  const own: Ours = { isNamed, isOurs: (arn) => isOurs(arn) || arn === recorded };
  const { kind, prior: before, why } = decision;
  const from = sofar.settings[place.group]?.[place.section];
  const to = kind === "attach" ? attach(mode, from, decision.arn, own) : restore(mode, from, before, own);
  const isChanged = !isDeepStrictEqual(from, to);
  const ours = kind === "attach" ? decision.arn : recorded;
  const change = { setting, from: attachedArn(mode, from) ?? null, to: attachedArn(mode, to) ?? null, why };
  return {
    settings: isChanged ? withSection(sofar.settings, place, to) : sofar.settings,
    pendingRecord:
      ours === undefined
        ? sofar.pendingRecord
        : { ...sofar.pendingRecord, [setting]: { before, ours, settled: !isChanged } },
    finalRecord:
      ours !== undefined && (kind === "attach" || (mode === "default" && lists(to, own.isOurs)))
        ? { ...sofar.finalRecord, [setting]: { before, ours, settled: true } }
        : Object.fromEntries(Object.entries(sofar.finalRecord).filter(isNot(setting))),
    changes: isChanged ? [...sofar.changes, change] : sofar.changes,
    skipped: sofar.skipped,
  };
}

/**
 * Every setting that may be ours, those of the desired mode last: they then do not take for prior what the others
 * remove.
 */
function settingSlots(key: TargetKey, desired: AttachMode | undefined): readonly SettingSlot[] {
  const modes = desired === "built-in" ? (["default", "built-in"] as const) : (["built-in", "default"] as const);
  return settingsPlaces(key).flatMap((place) => modes.map((mode) => ({ place, mode })));
}

/** A setting stays on record while something of ours stays in its list, so that a later run takes it out. */
const lists = (app: AppSettings | undefined, isOurs: Ours["isOurs"]): boolean =>
  app?.LifecycleConfigArns?.some(isOurs) ?? false;

function withSection(settings: Settings, { group, section }: SettingsPlace, app: AppSettings | undefined): Settings {
  const former: UserSettings = settings[group] ?? {};
  const others: UserSettings = Object.fromEntries(Object.entries(former).filter(isNot(section)));
  return { ...settings, [group]: app === undefined ? others : { ...former, [section]: app } };
}

const isNot =
  (name: string) =>
  ([other]: readonly [string, unknown]): boolean =>
    other !== name;

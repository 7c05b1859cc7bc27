import { isDeepStrictEqual } from "node:util";
import type { UserSettings } from "@aws-sdk/client-sagemaker";
import { attach, attachedArn, restore, touchedPart, type AppSettings, type Before, type Way } from "./app-settings.ts";
import { placesOf, type AppType, type HolderKey, type Place, type Settings } from "./holder.ts";
import { settingName, type Attached, type AttachmentRecord } from "./record.ts";

/** What is to be attached to a domain or a user profile, and how. */
export type Wish = {
  readonly way: Way;
  readonly arns: Readonly<Record<AppType, string>>;
  /** Where: in settings that have none yet (a domain's), or in those alone that have another (a profile's, which else inherits the domain's). */
  readonly where: "vacant" | "overriding";
};

/** A setting that changes. */
export type Change = {
  readonly setting: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly why: string;
};

/** A setting that is left alone though it is not as wished. */
export type LeftAlone = {
  readonly setting: string;
  readonly value: string | null;
  readonly reason: "occupied" | "changed-since" | "overrides";
  readonly detail: string;
};

export type Plan = {
  readonly settings: Settings;
  /** What is to be on record before the settings are sent, and what once they are seen to be in place. */
  readonly ahead: AttachmentRecord;
  readonly after: AttachmentRecord;
  readonly changes: readonly Change[];
  readonly leftAlone: readonly LeftAlone[];
};

type Known = {
  readonly settings: Settings;
  readonly record: AttachmentRecord;
  readonly isOurs: (arn: string) => boolean;
};

/**
 * Decides what changes in the settings of a domain or profile so that they are as wished; without a wish, that nothing of ours is left in
 * them. A setting that is not ours, or no longer, is left alone.
 */
export function plan(key: HolderKey, { settings, record, isOurs }: Known, wish: Wish | undefined): Plan {
  const next: Record<string, UserSettings | undefined> = { ...settings };
  const ahead = { ...record };
  const after = { ...record };
  const changes: Change[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const [place, way] of slotsOf(key, wish?.way)) {
    const setting = settingName(place, way);
    const app = next[place.group]?.[place.section];
    const known = record[setting];
    const wanted =
      wish?.way === way && settings[place.group] !== undefined
        ? { arn: wish.arns[place.type], where: wish.where }
        : undefined;
    const move = decide(way, app, known, wanted, isOurs);
    if (move.kind === "none") continue;
    if (move.left) leftAlone.push({ setting, value: attachedArn(way, app) ?? null, ...move.left });
    if (move.kind === "stay") continue;
    const isMine = (arn: string): boolean => isOurs(arn) || arn === known?.ours;
    const target = move.kind === "put" ? attach(way, app, move.arn, isMine) : restore(way, app, move.before, isMine);
    const isChanged = !isDeepStrictEqual(target, app);
    if (isChanged) {
      next[place.group] = withSection(next[place.group], place.section, target);
      changes.push({
        setting,
        from: attachedArn(way, app) ?? null,
        to: attachedArn(way, target) ?? null,
        why: move.why,
      });
    }
    const ours = move.kind === "put" ? move.arn : known?.ours;
    if (ours !== undefined) ahead[setting] = { before: move.before, ours, settled: !isChanged };
    if (move.kind === "put") after[setting] = { before: move.before, ours: move.arn, settled: true };
    // By its name, as the record has it: the setting is no longer ours to know of.
    else Reflect.deleteProperty(after, setting);
  }
  return { settings: next, ahead, after, changes, leftAlone };
}

type Left = Omit<LeftAlone, "setting" | "value">;
type Move =
  | { kind: "none" }
  | { kind: "stay"; left: Left }
  | { kind: "put"; arn: string; before: Before; why: string; left?: undefined }
  | { kind: "restore"; before: Before; why: string; left?: Left };

function decide(
  way: Way,
  app: AppSettings | undefined,
  known: Attached | undefined,
  wanted: { arn: string; where: Wish["where"] } | undefined,
  isOurs: Known["isOurs"],
): Move {
  const arn = attachedArn(way, app);
  const isStillOurs = arn !== undefined && (isOurs(arn) || arn === known?.ours);
  const isAsBefore = known !== undefined && arn === attachedArn(way, known.before);
  if (wanted === undefined) {
    if (known === undefined) return { kind: "none" };
    if (isStillOurs || isAsBefore) return { kind: "restore", before: known.before, why: "no longer wanted here" };
    return { kind: "restore", before: known.before, why: "no longer wanted here", left: changedSince(known) };
  }
  if (known !== undefined) {
    if (!isStillOurs && (known.settled || !isAsBefore)) return { kind: "stay", left: changedSince(known) };
    return {
      kind: "put",
      arn: wanted.arn,
      before: known.before,
      why: isStillOurs ? "another script" : "an attachment that was cut off",
    };
  }
  if (isStillOurs) return { kind: "put", arn: wanted.arn, before: null, why: "ours by its name, though not on record" };
  if ((arn === undefined) === (wanted.where === "vacant"))
    return { kind: "put", arn: wanted.arn, before: touchedPart(way, app), why: "wanted here" };
  return arn === undefined ? { kind: "none" } : { kind: "stay", left: OCCUPIED };
}

const OCCUPIED: Left = {
  reason: "occupied",
  detail:
    "Another lifecycle configuration is attached here, and only one can be: the apps that start with it have no agent. Take it away, or attach the agent the other way (ATTACH_AS).",
};

const changedSince = ({ ours }: Attached): Left => ({
  reason: "changed-since",
  detail: `Somebody changed it after ${ours} was attached. To have it attached again, take away what is there, then delete this domain's or profile's record below attachments/.`,
});

/** The lifecycle configurations of a profile's own that run, or are chosen, instead of the domain's. */
export function overriding(key: HolderKey, settings: Settings, { way, arns }: Wish): readonly LeftAlone[] {
  return placesOf(key).flatMap((place) => {
    const value = attachedArn(way, settings[place.group]?.[place.section]);
    if (value === undefined || value === arns[place.type]) return [];
    const detail =
      "This profile has a lifecycle configuration of its own: its apps have no agent. Take it away, or have it changed (ATTACH_PROFILES=change).";
    return [{ setting: settingName(place, way), value, reason: "overrides" as const, detail }];
  });
}

/** The wanted way last: what is taken away of the other is then not mistaken for what was there before. */
function slotsOf(key: HolderKey, wanted: Way | undefined): readonly (readonly [Place, Way])[] {
  const ways = wanted === "built-in" ? (["default", "built-in"] as const) : (["built-in", "default"] as const);
  return placesOf(key).flatMap((place) => ways.map((way) => [place, way] as const));
}

function withSection(group: UserSettings = {}, section: Place["section"], app: AppSettings | undefined): UserSettings {
  if (app !== undefined) return { ...group, [section]: app };
  return Object.fromEntries(Object.entries(group).filter(([name]) => name !== section));
}

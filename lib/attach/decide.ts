import { attachedArn, type AppSettings, type AttachMode, type PriorSettings } from "./app-settings.ts";
import type { SettingRecord } from "./record.ts";

/**
 * What is to be attached in one setting: where nothing is attached (`vacant`), or only in place of another
 * (`overriding`).
 */
export type Wanted = { readonly arn: string; readonly scope: "vacant" | "overriding" };

/** Why a setting stays as it is although it is not as wanted. */
export type SkipReason = {
  readonly reason: "occupied" | "changed-since" | "overrides" | "aws-idle-shutdown";
  readonly detail: string;
};

export type Decision =
  | { readonly kind: "none" }
  | { readonly kind: "skip"; readonly skip: SkipReason }
  | { readonly kind: "attach"; readonly arn: string; readonly prior: PriorSettings; readonly why: string }
  | { readonly kind: "restore"; readonly prior: PriorSettings; readonly why: string; readonly skip?: SkipReason };

/** One setting as it is, and what we know of it. */
export type SettingState = {
  readonly mode: AttachMode;
  readonly app: AppSettings | undefined;
  /** What an attachment would change, as it is without anything of ours. */
  readonly prior: PriorSettings;
  readonly record: SettingRecord | undefined;
  readonly isOurs: (arn: string) => boolean;
};

/** Decides what becomes of one setting. One that is not ours, or was changed since we attached, is left alone. */
export function decide(state: SettingState, wanted: Wanted | undefined): Decision {
  if (state.record === undefined) return wanted === undefined ? { kind: "none" } : decideFirst(state, wanted);
  return wanted === undefined ? decideRestore(state, state.record) : decideAgain(state, state.record, wanted);
}

function decideFirst({ mode, app, prior, isOurs }: SettingState, { arn, scope }: Wanted): Decision {
  const current = attachedArn(mode, app);
  if (current !== undefined && isOurs(current))
    return { kind: "attach", arn, prior: null, why: "its name is ours, but there is no record of it" };
  if ((current === undefined) === (scope === "vacant")) return { kind: "attach", arn, prior, why: "not attached yet" };
  return current === undefined ? { kind: "none" } : { kind: "skip", skip: OCCUPIED };
}

function decideAgain(state: SettingState, record: SettingRecord, { arn }: Wanted): Decision {
  if (isStillOurs(state, record)) return { kind: "attach", arn, prior: record.before, why: "the script changed" };
  if (record.settled || !isAsBefore(state, record)) return { kind: "skip", skip: changedSince(record) };
  return { kind: "attach", arn, prior: record.before, why: "an earlier run was cut off" };
}

function decideRestore(state: SettingState, record: SettingRecord): Decision {
  const restore = { kind: "restore", prior: record.before, why: "no longer to be attached" } as const;
  return isStillOurs(state, record) || isAsBefore(state, record) ? restore : { ...restore, skip: changedSince(record) };
}

function isStillOurs({ mode, app, isOurs }: SettingState, { ours }: SettingRecord): boolean {
  const current = attachedArn(mode, app);
  return current !== undefined && (isOurs(current) || current === ours);
}

const isAsBefore = ({ mode, app }: SettingState, { before }: SettingRecord): boolean =>
  attachedArn(mode, app) === attachedArn(mode, before);

const OCCUPIED: SkipReason = {
  reason: "occupied",
  detail:
    "Another lifecycle configuration is attached here, and there is room for one only, so apps that start with it " +
    "have no agent. Take it away, or attach the agent in the other mode (ATTACH_AS).",
};

const changedSince = ({ ours }: SettingRecord): SkipReason => ({
  reason: "changed-since",
  detail:
    `Somebody changed this setting after ${ours} was attached. To have it attached again, take away what is there, ` +
    "then delete the record of this domain or profile below attachments/.",
});

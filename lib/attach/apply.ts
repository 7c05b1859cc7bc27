import { isDeepStrictEqual } from "node:util";
import type { Journal } from "./journal.ts";
import { plan, type DesiredAttachment, type Plan } from "./plan.ts";
import { RecordExists, type AttachPorts } from "./ports.ts";
import type { AttachmentRecord } from "./record.ts";
import { changedGroups, isEquivalent } from "./settings-update.ts";
import { targetName, type Settings, type SettingsTarget, type TargetKey, type TargetState } from "./settings-target.ts";

/**
 * A setting is removed by the word for none, or else by leaving it out: one works, whether the service merges or
 * replaces.
 */
const MOST_UPDATES = 2;

const UPDATABLE: readonly string[] = ["InService", "Update_Failed"];
const BUSY: readonly string[] = ["Pending", "Updating"];

/** Was never made, or is about to be deleted: no app can run in it. */
const GONE: readonly string[] = ["Failed", "Deleting"];

type Dependencies = Pick<AttachPorts, "records" | "time">;

/** What the settings of one target are made to be, and with what. */
export type ApplyRun = {
  readonly ports: Dependencies;
  readonly isOurs: (arn: string) => boolean;
  readonly journal: Journal;
};

type Task = ApplyRun & { readonly target: SettingsTarget; readonly desired: DesiredAttachment | undefined };

/** How far a task has come. */
type Progress = { record: AttachmentRecord | undefined; updates: number; changes: Plan["changes"] };

type Step = { readonly kind: "done" | "look-again" } | { readonly kind: "wait"; readonly until: string };

/**
 * Makes a domain's or a profile's settings as desired (`undefined`: nothing of ours in them), and reads back that they
 * are. Answers its settings then, `undefined` where it no longer exists. Throws where it could not be done; the record
 * of what was before then stays in place.
 */
export async function apply(
  run: ApplyRun,
  target: SettingsTarget,
  desired: DesiredAttachment | undefined,
): Promise<{ settings: Settings } | undefined> {
  const { ports } = run;
  const task = { ...run, target, desired };
  const progress: Progress = { record: undefined, updates: 0, changes: [] };
  for (let looks = 0; ; looks++) {
    const state = await target.describe();
    if (state === undefined || GONE.includes(state.status)) {
      if (desired === undefined) await ports.records.write(target, {}, false);
      return undefined;
    }
    const step = await advance(task, state, progress);
    if (step.kind === "done") return { settings: state.settings };
    if (step.kind === "wait") await wait(step.until, looks, ports.time);
  }
}

/** Finds the settings as desired and puts that on record; or sends the next update, its record first. */
async function advance(task: Task, state: TargetState, progress: Progress): Promise<Step> {
  const { target, desired, isOurs, ports } = task;
  if (BUSY.includes(state.status)) return { kind: "wait", until: state.status };
  // The record is read after the settings: whatever of ours they show was on record before it was sent.
  const record = (progress.record ??= await ports.records.read(target));
  const next = plan(target, { settings: state.settings, record, isOurs }, desired);
  if (isReached(task, state, next, progress)) {
    if (!isDeepStrictEqual(next.finalRecord, record)) await ports.records.write(target, next.finalRecord, false);
    report(task, progress.changes, next);
    return { kind: "done" };
  }
  requireUpdatable(state, next, progress.updates);
  if (!(await writePending(ports, target, record, next.pendingRecord))) {
    progress.record = undefined;
    return { kind: "wait", until: "being attached by another run" };
  }
  progress.record = next.pendingRecord;
  return sendUpdate(task, state, next, progress);
}

async function sendUpdate({ target }: Task, { settings }: TargetState, next: Plan, progress: Progress): Promise<Step> {
  const isFirst = progress.updates === 0;
  if ((await target.update(changedGroups(target, settings, next.settings, isFirst))) === "busy")
    return { kind: "wait", until: "in use by another update" };
  if (isFirst) progress.changes = next.changes;
  progress.updates += 1;
  return { kind: "look-again" };
}

function isReached({ target }: Task, { settings }: TargetState, next: Plan, { updates }: Progress): boolean {
  if (isDeepStrictEqual(next.settings, settings)) return true;
  return updates >= MOST_UPDATES && isEquivalent(target, next.settings, settings);
}

/** False where another run has just written the first record, which says what was before and must not be replaced. */
async function writePending(
  { records }: Dependencies,
  key: TargetKey,
  record: AttachmentRecord,
  pending: AttachmentRecord,
): Promise<boolean> {
  if (isDeepStrictEqual(pending, record)) return true;
  try {
    await records.write(key, pending, Object.keys(record).length === 0);
    return true;
  } catch (error) {
    if (error instanceof RecordExists) return false;
    throw error;
  }
}

function requireUpdatable({ status, failureReason }: TargetState, { changes }: Plan, updates: number): void {
  const isRefused = status === "Update_Failed" && updates > 0;
  if (!UPDATABLE.includes(status) || isRefused)
    throw new Error(`its status is ${status}${failureReason === undefined ? "" : `: ${failureReason}`}`);
  if (updates < MOST_UPDATES) return;
  const missing = changes.map(({ setting, from, to }) => `${setting} is ${from ?? "empty"}, not ${to ?? "empty"}`);
  throw new Error(`the service accepted the update, but did not carry it out: ${missing.join("; ")}`);
}

async function wait(until: string, looks: number, time: Dependencies["time"]): Promise<void> {
  if (time.isRunningOut() || !(await time.waitToLookAgain(looks)))
    throw new Error(`it is still ${until}; the next run tries again`);
}

function report({ target, journal }: Task, changes: Plan["changes"], { skipped }: Plan): void {
  const on = targetName(target);
  for (const change of changes) journal.change({ what: change.to === null ? "detached" : "attached", on, ...change });
  for (const setting of skipped) journal.skip({ on, ...setting });
}

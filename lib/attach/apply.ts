import { isDeepStrictEqual } from "node:util";
import { sayError } from "../domain/errors.ts";
import type { Ours } from "./app-settings.ts";
import type { Journal } from "./journal.ts";
import { plan, type DesiredAttachment, type Plan } from "./plan.ts";
import { RecordExists, type AttachPorts } from "./ports.ts";
import type { AttachmentRecord } from "./record.ts";
import { changedSections, isEquivalent, lostMembers, wholeGroups } from "./settings-update.ts";
import {
  isThere,
  targetName,
  type Settings,
  type SettingsTarget,
  type TargetKey,
  type TargetState,
} from "./settings-target.ts";

/**
 * A setting is removed by the word for none, or else by leaving it out: one works, whether the service merges or
 * replaces. Where it replaces, the second update also puts back what the first one took away.
 */
const MOST_UPDATES = 2;

const UPDATABLE: readonly string[] = ["InService", "Update_Failed"];
const BUSY: readonly string[] = ["Pending", "Updating"];

type Dependencies = Pick<AttachPorts, "records" | "time">;

/** What the settings of one target are made to be, and with what. */
export type ApplyRun = Ours & { readonly ports: Dependencies; readonly journal: Journal };

type Task = ApplyRun & { readonly target: SettingsTarget; readonly desired: DesiredAttachment | undefined };

/** How far a task has come. */
type Progress = {
  record: AttachmentRecord | undefined;
  updates: number;
  changes: Plan["changes"];
  /** The first update, and the settings as they were before it. */
  first?: { readonly before: Settings; readonly sent: Settings };
};

type Step = { readonly kind: "done" | "look-again" } | { readonly kind: "wait"; readonly until: string };

/**
 * Makes a domain's or a profile's settings as desired (`undefined`: nothing of ours in them), and reads back that they
 * are. Answers its settings then, `undefined` where it no longer exists. Throws where it could not be done; the record
 * of what was before then stays in place. A state that the caller has just read saves the first look.
 */
export async function apply(
  run: ApplyRun,
  target: SettingsTarget,
  desired: DesiredAttachment | undefined,
  seen?: TargetState,
): Promise<{ settings: Settings } | undefined> {
  const { ports } = run;
  const task = { ...run, target, desired };
  const progress: Progress = { record: undefined, updates: 0, changes: [] };
  for (let looks = 0; ; looks++) {
    const state = looks === 0 && seen !== undefined ? seen : await target.describe();
    if (!isThere(state)) {
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
  const { target, desired, isOurs, isNamed, ports } = task;
  if (BUSY.includes(state.status)) return { kind: "wait", until: state.status };
  // The record is read after the settings: whatever of ours they show was on record before it was sent.
  const record = (progress.record ??= await ports.records.read(target));
  const next = plan(target, { settings: state.settings, record, isOurs, isNamed }, desired);
  const lost = lostAt(state, progress);
  if (lost === undefined && isReached(task, state, next, progress)) {
    if (!isDeepStrictEqual(next.finalRecord, record)) await ports.records.write(target, next.finalRecord, false);
    report(task, progress.changes, next);
    return { kind: "done" };
  }
  requireUpdatable(state, next, progress.updates);
  if (lost !== undefined) return putBack(task, lost, next, progress);
  if (!(await writePending(ports, target, record, next.pendingRecord))) {
    progress.record = undefined;
    return { kind: "wait", until: "being attached by another run" };
  }
  progress.record = next.pendingRecord;
  return sendUpdate(task, state, next, progress);
}

async function sendUpdate({ target }: Task, { settings }: TargetState, next: Plan, progress: Progress): Promise<Step> {
  const sent = changedSections(target, settings, next.settings, progress.first === undefined);
  if ((await target.update(sent)) === "busy") return { kind: "wait", until: "in use by another update" };
  if (progress.first === undefined) progress.changes = next.changes;
  progress.first ??= { before: settings, sent };
  progress.updates += 1;
  return { kind: "look-again" };
}

/**
 * Sends the groups whole that the service did not merge. They may name the execution role, so the function then needs
 * iam:PassRole, which it has only where an admin grants it.
 */
async function putBack({ target }: Task, lost: Settings, next: Plan, progress: Progress): Promise<Step> {
  try {
    if ((await target.update(wholeGroups(lost, next.settings))) === "busy")
      return { kind: "wait", until: "in use by another update" };
  } catch (error) {
    throw new Error(
      `the service replaced settings that the update did not name. Put them back: ${JSON.stringify(lost)}. ` +
        "For the function to do so itself, permit its role iam:PassRole on the domains' execution roles " +
        `(${sayError(error)})`,
      { cause: error },
    );
  }
  progress.updates += 1;
  return { kind: "look-again" };
}

/** What the first update took away beside its sections, and is not there again. */
function lostAt({ settings }: TargetState, { first }: Progress): Settings | undefined {
  if (first === undefined) return undefined;
  const lost = lostMembers(first.before, first.sent, settings);
  return Object.keys(lost).length === 0 ? undefined : lost;
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
  if (missing.length === 0) throw new Error("the service takes away the other settings of what it updates");
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

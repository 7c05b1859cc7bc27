import { isDeepStrictEqual } from "node:util";
import { sayingNone } from "./app-settings.ts";
import {
  holderName,
  placesOf,
  type Described,
  type Group,
  type Holder,
  type HolderKey,
  type Settings,
} from "./holder.ts";
import type { Journal } from "./journal.ts";
import { plan, type Plan, type Wish } from "./plan.ts";
import { RecordExists, type AttachPorts } from "./ports.ts";
import type { AttachmentRecord } from "./record.ts";

/** An update that takes ARNs away by the word for none, and one that leaves them out: one of them works, whether the service merges or replaces. */
const FORMS = 2;

const TAKES_UPDATES: readonly string[] = ["InService", "Update_Failed"];
const IS_BUSY: readonly string[] = ["Pending", "Updating"];

/** One that was never made, or is about to go: no app can run in it. */
const IS_GONE: readonly string[] = ["Failed", "Deleting"];

type World = Pick<AttachPorts, "records" | "time">;

/** One wish of one domain's or profile's settings; no wish is that nothing of ours is left in them. */
type Task = {
  readonly holder: Holder;
  readonly wish: Wish | undefined;
  readonly isOurs: (arn: string) => boolean;
  readonly world: World;
  readonly journal: Journal;
};

/** How far a task has come. */
type Progress = { record: AttachmentRecord | undefined; sent: number; changes: Plan["changes"] };

/**
 * Makes a domain's or a profile's settings as wished, and reads back that they are. Answers its settings then, `undefined` where it is
 * gone; throws where it could not be done, with the record of what was before left in place.
 */
export async function apply(
  holder: Holder,
  wish: Wish | undefined,
  isOurs: (arn: string) => boolean,
  world: World,
  journal: Journal,
): Promise<{ settings: Settings } | undefined> {
  const task = { holder, wish, isOurs, world, journal };
  const progress: Progress = { record: undefined, sent: 0, changes: [] };
  for (let looks = 0; ; looks++) {
    const described = await holder.describe();
    if (described === undefined || IS_GONE.includes(described.status)) {
      if (wish === undefined) await world.records.write(holder, {}, false);
      return undefined;
    }
    const step = IS_BUSY.includes(described.status)
      ? { wait: described.status }
      : await advance(task, described, progress);
    if (step === "done") return { settings: described.settings };
    if (step !== "look again") await waitFor(step.wait, looks, world.time);
  }
}

/** Sends what is still to be sent, its record first; or finds it done, and puts that on record. */
async function advance(
  task: Task,
  described: Described,
  progress: Progress,
): Promise<"done" | "look again" | { wait: string }> {
  const { holder, wish, isOurs, world } = task;
  const { settings } = described;
  // After the settings: what they show of ours has been on record before.
  const record = (progress.record ??= await world.records.read(holder));
  const next = plan(holder, { settings, record, isOurs }, wish);
  if (
    isDeepStrictEqual(next.settings, settings) ||
    (progress.sent >= FORMS && meansTheSame(holder, next.settings, settings))
  ) {
    if (!isDeepStrictEqual(next.after, record)) await world.records.write(holder, next.after, false);
    note(task, progress.changes, next);
    return "done";
  }
  requireUpdatable(described, next, progress.sent);
  if (!(await writeAhead(world, holder, record, next.ahead))) {
    progress.record = undefined;
    return { wait: "being attached by another run" };
  }
  progress.record = next.ahead;
  if ((await holder.update(touchedGroups(holder, settings, next.settings, progress.sent === 0))) === "busy")
    return { wait: "in use by another update" };
  if (progress.sent === 0) progress.changes = next.changes;
  progress.sent += 1;
  return "look again";
}

/** False where another run has just written the first record: what it says of before is not to be replaced. */
async function writeAhead(
  { records }: World,
  key: HolderKey,
  record: AttachmentRecord,
  ahead: AttachmentRecord,
): Promise<boolean> {
  if (isDeepStrictEqual(ahead, record)) return true;
  try {
    await records.write(key, ahead, Object.keys(record).length === 0);
    return true;
  } catch (error) {
    if (error instanceof RecordExists) return false;
    throw error;
  }
}

function requireUpdatable({ status, failureReason }: Described, { changes }: Plan, sent: number): void {
  const isRefused = status === "Update_Failed" && sent > 0;
  if (!TAKES_UPDATES.includes(status) || isRefused)
    throw new Error(`its status is ${status}${failureReason === undefined ? "" : `: ${failureReason}`}`);
  if (sent < FORMS) return;
  const missing = changes.map(({ setting, from, to }) => `${setting} is ${from ?? "empty"}, not ${to ?? "empty"}`);
  throw new Error(`the service took the update, but did not do it: ${missing.join("; ")}`);
}

async function waitFor(state: string, looks: number, time: World["time"]): Promise<void> {
  if (time.isShort() || !(await time.waited(looks))) throw new Error(`it is still ${state}; the next run tries again`);
}

/** The groups that differ, each whole: whether the service would merge a part of one is not established. */
function touchedGroups(key: HolderKey, from: Settings, to: Settings, isFirst: boolean): Settings {
  const groups = new Map<Group, Settings[Group]>();
  for (const { group, section } of placesOf(key)) {
    if (isDeepStrictEqual(from[group], to[group])) continue;
    const sofar = groups.get(group) ?? to[group] ?? {};
    const isSame = isDeepStrictEqual(from[group]?.[section], to[group]?.[section]);
    groups.set(
      group,
      isFirst && !isSame ? { ...sofar, [section]: sayingNone(from[group]?.[section], to[group]?.[section]) } : sofar,
    );
  }
  return Object.fromEntries(groups);
}

/** What a service leaves of a setting that was taken away: an ARN of "None", an empty list, empty settings. */
function meansTheSame(key: HolderKey, a: Settings, b: Settings): boolean {
  return placesOf(key).every(({ group, section }) =>
    isDeepStrictEqual(bare(a[group]?.[section]), bare(b[group]?.[section])),
  );
}

function bare(value: unknown): unknown {
  if (value === "None") return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, bare(member)] as const)
    .filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function note({ holder, journal }: Task, changes: Plan["changes"], { leftAlone }: Plan): void {
  const on = holderName(holder);
  for (const change of changes) journal.change({ what: change.to === null ? "detached" : "attached", on, ...change });
  for (const left of leftAlone) journal.leave({ on, ...left });
}

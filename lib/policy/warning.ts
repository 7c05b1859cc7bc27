import type { HeartbeatAssessment } from "./assess-heartbeat.ts";
import type { Facts } from "./facts.ts";
import { secondsAfter } from "./time.ts";

/** How long a warning lasts, in units of itself and seconds, where an agent never says that it has read the notice. */
const UNREAD_FACTOR = 2;
const UNREAD_SECONDS = 300;

/** For so long a warning holds a stop off that no agent says it has read. */
export function secondsWarnedAtMost(warnSeconds: number): number {
  return UNREAD_FACTOR * warnSeconds + UNREAD_SECONDS;
}

/**
 * Whether an app's user has been warned of a stop: not yet (`due`), or by a notice that holds the stop off until
 * `overAt`. No stop comes before `earliestAt`; the two differ until the agent says that it has read the notice.
 */
export type Warning =
  | { readonly kind: "due"; readonly earliestAt: Date }
  | { readonly kind: "given"; readonly earliestAt: Date; readonly overAt: Date; readonly isRead: boolean };

/** What is to be warned of: a stop that a notice must precede by so many seconds, written after an instant. */
export type StopToWarnOf = { readonly warnSeconds: number; readonly warnedAfter: Date };

/**
 * The warning of a stop that is coming. It lasts from when the app's agent read the notice, which is never before the
 * notice was written, both by Parameter Store's clock.
 */
export function warningOf({ notice, heartbeat, now }: Facts, { warnSeconds, warnedAfter }: StopToWarnOf): Warning {
  // Where nobody is told anything, the run has to show what it would do if they were.
  if (notice?.kind === "assumed") return { kind: "given", earliestAt: now, overAt: now, isRead: true };
  const counts = notice?.kind === "notice" && notice.notice.kind === "warned" && notice.writtenAt >= warnedAfter;
  if (!counts) return { kind: "due", earliestAt: secondsAfter(now, warnSeconds) };
  const readAt = whenRead(notice.notice.id, notice.writtenAt, heartbeat);
  if (readAt !== undefined) {
    const overAt = secondsAfter(readAt, warnSeconds);
    return { kind: "given", earliestAt: overAt, overAt, isRead: true };
  }
  const earliestAt = secondsAfter(notice.writtenAt, warnSeconds);
  const overAt = secondsAfter(notice.writtenAt, secondsWarnedAtMost(warnSeconds));
  return { kind: "given", earliestAt: now < earliestAt ? earliestAt : overAt, overAt, isRead: false };
}

/** What was received before the notice was written is about another one, whatever it is called. */
function whenRead(id: string, writtenAt: Date, assessed: HeartbeatAssessment): Date | undefined {
  if (assessed.kind !== "believed" || assessed.receivedAt < writtenAt) return undefined;
  const { notice } = assessed.heartbeat;
  if (notice?.id !== id) return undefined;
  const readAt = secondsAfter(assessed.receivedAt, -notice.for);
  return readAt > writtenAt ? readAt : writtenAt;
}

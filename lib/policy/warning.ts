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

/**
 * What is to be warned of: a stop that a notice must precede by so many seconds, written after an instant, and, where
 * that is said, for this reason.
 */
export type StopToWarnOf = {
  readonly warnSeconds: number;
  readonly warnedAfter: Date;
  readonly why?: string;
};

/**
 * The warning of a stop that is coming. It lasts from when the app's agent read the notice, which is never before the
 * notice was written, both by Parameter Store's clock.
 */
export function warningOf(facts: Facts, { warnSeconds, warnedAfter, why }: StopToWarnOf): Warning {
  const { notice, heartbeat, now } = facts;
  // Where nobody is told anything, the run has to show what it would do if they were.
  if (notice?.kind === "assumed") return { kind: "given", earliestAt: now, overAt: now, isRead: true };
  const isWarned = notice?.kind === "notice" && notice.notice.kind === "warned" && notice.writtenAt >= warnedAfter;
  if (!isWarned || (why !== undefined && notice.notice.why !== why))
    return { kind: "due", earliestAt: secondsAfter(now, warnSeconds) };
  const readAt = whenRead(notice.notice.id, notice.writtenAt, heartbeat);
  if (readAt !== undefined) {
    const overAt = secondsAfter(readAt, warnSeconds);
    return { kind: "given", earliestAt: overAt, overAt, isRead: true };
  }
  const earliestAt = secondsAfter(notice.writtenAt, warnSeconds);
  const overAt = secondsAfter(notice.writtenAt, secondsWarnedAtMost(warnSeconds));
  return { kind: "given", earliestAt: now < earliestAt ? earliestAt : overAt, overAt, isRead: false };
}

/** Whether it is over, so that its app may be stopped. */
export function isWarningOver(warning: Warning, now: Date): boolean {
  return warning.kind === "given" && now >= warning.overAt;
}

/** What was received before the notice was written is about another one, whatever it is called. */
function whenRead(id: string, writtenAt: Date, assessed: HeartbeatAssessment): Date | undefined {
  if (assessed.kind !== "believed" || assessed.receivedAt < writtenAt) return undefined;
  const { notice } = assessed.heartbeat;
  if (notice?.id !== id) return undefined;
  const readAt = secondsAfter(assessed.receivedAt, -notice.for);
  return readAt > writtenAt ? readAt : writtenAt;
}

/** Goes on after what is said of the app. */
export function sayWarning(warning: Warning): string {
  if (warning.kind === "due") return "its user is to be warned first";
  return warning.isRead
    ? "its user is warned"
    : "its user is warned, and its agent has not said yet that it shows this";
}

import type { AppKey } from "../domain/app.ts";
import type { NoticeReading } from "../domain/notice.ts";
import { secondsBetween } from "../policy/time.ts";
import type { KeepReason, Verdict } from "../policy/verdict.ts";
import type { Observation } from "./observe.ts";
import type { Judged } from "./report.ts";

/** For so long it is told of a stop to whoever starts the app again. */
const WEEK_SECONDS = 7 * 86_400;

/** Verdicts for want of facts, of which none says that the user is back. */
const UNDECIDED: readonly KeepReason[] = [
  "rule-unknown",
  "tags-unknown",
  "no-heartbeat",
  "stale-heartbeat",
  "bad-heartbeat",
  "unknown-activity",
];

/**
 * The notices that hold no longer, with when they were written: warnings of apps that will not be stopped or are gone,
 * word of a stop that the app's next start has shown or that is a week old, and what cannot be read.
 */
export function endedNotices(
  { notices, readings }: Observation,
  judged: readonly Judged[],
  now: Date,
): ReadonlyMap<AppKey, Date> {
  const verdicts = new Map(judged.map(({ app, verdict }) => [app.key, verdict]));
  const ended = new Map<AppKey, Date>();
  for (const [key, reading] of notices) {
    if (reading.kind === "none") continue;
    const heartbeat = readings.get(key);
    const shownId = heartbeat?.kind === "heartbeat" ? heartbeat.heartbeat.notice?.id : undefined;
    if (hasEnded(reading, verdicts.get(key), shownId, now)) ended.set(key, reading.writtenAt);
  }
  return ended;
}

function hasEnded(
  reading: Exclude<NoticeReading, { kind: "none" }>,
  verdict: Verdict | undefined,
  shownId: string | undefined,
  now: Date,
): boolean {
  if (reading.kind === "unreadable" || secondsBetween(reading.writtenAt, now) > WEEK_SECONDS) return true;
  const { kind, id } = reading.notice;
  if (kind === "stopped") return shownId === id;
  if (verdict === undefined || verdict.verdict === "stop") return verdict === undefined;
  return verdict.reason !== "warned" && !UNDECIDED.includes(verdict.reason);
}

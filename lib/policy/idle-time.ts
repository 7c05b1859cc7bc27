import type { Heartbeat, Source } from "../domain/heartbeat.ts";
import { countedSources } from "./counted-sources.ts";
import type { AppPolicy } from "./document.ts";
import type { Facts } from "./facts.ts";
import { isWithinHours } from "./hours.ts";
import { hungWork } from "./hung-work.ts";
import { duration, secondsAfter } from "./time.ts";
import { comingStop, timeoutAt } from "./timeouts.ts";
import { warnSecondsOf } from "./warn-seconds.ts";

/** How long an app has been idle, beside the timeout that holds for it. */
export type IdleTime = {
  readonly idleSeconds: number;
  /** `Infinity` where the app is not stopped now, however idle it is. */
  readonly timeoutSeconds: number;
  readonly lastActiveAt: Date;
  /** When it could be stopped if it stays idle: from an instant on, or before it already; `null` for never. */
  readonly eligibleFrom: (instant: Date) => Date | null;
  readonly eligibleAt: Date | null;
  /** How long before its stop its user is warned; 0 where nobody is. At most half of the timeout. */
  readonly warnSeconds: number;
  /** Whether the app is idle for long enough to be stopped within `warnSeconds`. */
  readonly isNearStop: boolean;
  readonly detail: string;
  /** The same in words for its user. */
  readonly why: string;
};

/**
 * The idle time of the least idle counted source; `undefined` without a believed heartbeat that tells one. It counts
 * only as far as the heartbeat says: an agent that died or cannot write must not make its app look idler than it was
 * when last seen. The agent writes when a timeout is crossed, so this delays no stop.
 */
export function idleTime({ heartbeat: assessed, policy, now }: Facts): IdleTime | undefined {
  if (assessed.kind !== "believed") return undefined;
  const { heartbeat, receivedAt } = assessed;
  const counted = countedSources(policy).map((source) => idleTimeOf(source, heartbeat, policy));
  const least = leastIdle(counted, policy);
  if (least === undefined) return undefined;
  const { source, idleSeconds, hung } = least;
  const timeouts = believable(policy, heartbeat.sampleEvery);
  const timeoutSeconds = timeoutAt(timeouts, now);
  const lastActiveAt = secondsAfter(receivedAt, -idleSeconds);
  const coming = comingStop(timeouts, lastActiveAt, now);
  const warnSeconds = coming === undefined ? 0 : warnSecondsOf(policy, coming.timeoutSeconds);
  const latestNow = receivedAt > now ? receivedAt : now;
  return {
    idleSeconds,
    timeoutSeconds,
    lastActiveAt,
    eligibleFrom: (instant) => comingStop(timeouts, lastActiveAt, instant)?.at ?? null,
    eligibleAt: coming?.at ?? null,
    warnSeconds,
    isNearStop:
      coming !== undefined &&
      idleSeconds >= coming.timeoutSeconds - warnSeconds &&
      coming.at <= secondsAfter(latestNow, warnSeconds),
    why: `idle for ${duration(idleSeconds)}${hung}`,
    detail: `${source} idle for ${duration(idleSeconds)}${ofTimeout(timeoutSeconds, policy, now)}${hung}`,
  };
}

/** Between two samples nothing is known, so no idle time shorter than that is believed. */
function believable({ idleTimeInSeconds, hours }: AppPolicy, sampleEvery: number) {
  const atLeast = (seconds: number) => Math.max(seconds, sampleEvery);
  return {
    idleTimeInSeconds: atLeast(idleTimeInSeconds),
    ...(hours && { hours: { ...hours, idleTimeInSeconds: atLeast(hours.idleTimeInSeconds) } }),
  };
}

function ofTimeout(seconds: number, { hours }: AppPolicy, now: Date): string {
  const when = hours === undefined ? "" : isWithinHours(hours, now) ? " in its hours" : " outside its hours";
  return seconds < Infinity ? ` of ${duration(seconds)}${when}` : `, for which it is never stopped${when}`;
}

/** `hung` says, in words that go on after the idle time, what hangs there. */
type SourceIdle = { readonly source: Source; readonly idleSeconds: number; readonly hung: string };

/** Where work hangs a source is idle since that work last used CPU time, or anything else last showed there. */
function idleTimeOf(source: Source, heartbeat: Heartbeat, policy: AppPolicy): SourceIdle {
  const hung = hungWork(heartbeat, source, policy);
  if (!hung) return { source, idleSeconds: heartbeat.idle[source] ?? Infinity, hung: "" };
  const { what, stillSeconds } = hung;
  return { source, idleSeconds: stillSeconds, hung: `: ${what} hangs, without CPU time for as long` };
}

/** An editor writes its note for as long as a buffer is unsaved, also when nobody is there. */
function leastIdle(counted: readonly SourceIdle[], { hungAfter }: AppPolicy): SourceIdle | undefined {
  const known = counted.filter(({ idleSeconds }) => idleSeconds < Infinity);
  const others = known.filter(({ source }) => source !== "editor");
  const editorIsAlone = others.length > 0 && others.every(({ idleSeconds }) => idleSeconds > hungAfter);
  return (editorIsAlone ? others : known).toSorted((a, b) => a.idleSeconds - b.idleSeconds)[0];
}

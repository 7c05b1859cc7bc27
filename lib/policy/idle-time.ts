import type { Heartbeat, Source } from "../domain/heartbeat.ts";
import { countedSources } from "./counted-sources.ts";
import type { AppPolicy } from "./document.ts";
import type { Facts } from "./facts.ts";
import { hungWork } from "./hung-work.ts";
import { warnSecondsOf } from "./warn-seconds.ts";
import { duration, secondsAfter } from "./time.ts";

/** How long an app has been idle, beside the timeout that holds for it. */
export type IdleTime = {
  readonly idleSeconds: number;
  readonly timeoutSeconds: number;
  readonly eligibleAt: Date;
  readonly lastActiveAt: Date;
  /** How long before its stop its user is warned; 0 where nobody is. At most half of the timeout. */
  readonly warnSeconds: number;
  readonly detail: string;
  /** The same in words for its user. */
  readonly why: string;
};

/**
 * The idle time of the least idle counted source; `undefined` without a believed heartbeat. It counts only as far as
 * the heartbeat says: an agent that died or cannot write must not make its app look idler than it was when last seen.
 * The agent writes when a timeout is crossed, so this delays no stop.
 */
export function idleTime({ heartbeat: assessed, policy }: Facts): IdleTime | undefined {
  if (assessed.kind !== "believed") return undefined;
  const { heartbeat, receivedAt } = assessed;
  const counted = countedSources(policy).map((source) => idleTimeOf(source, heartbeat, policy));
  const { source, idleSeconds, hung } = leastIdle(counted, policy);
  // Between two samples nothing is known, so no idle time shorter than that is believed.
  const timeoutSeconds = Math.max(policy.idleTimeInSeconds, heartbeat.sampleEvery);
  return {
    idleSeconds,
    timeoutSeconds,
    eligibleAt: secondsAfter(receivedAt, timeoutSeconds - idleSeconds),
    lastActiveAt: secondsAfter(receivedAt, -idleSeconds),
    warnSeconds: warnSecondsOf(policy),
    why: `idle for ${duration(idleSeconds)}${hung}`,
    detail: `${source} idle for ${duration(idleSeconds)} of ${duration(timeoutSeconds)}${hung}`,
  };
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
function leastIdle(counted: readonly SourceIdle[], { hungAfter }: AppPolicy): SourceIdle {
  const others = counted.filter(({ source, idleSeconds }) => source !== "editor" && idleSeconds < Infinity);
  const editorIsAlone = others.length > 0 && others.every(({ idleSeconds }) => idleSeconds > hungAfter);
  return (editorIsAlone ? others : counted).reduce((least, other) =>
    other.idleSeconds < least.idleSeconds ? other : least,
  );
}

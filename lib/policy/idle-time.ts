import type { Source } from "../domain/heartbeat.ts";
import { countedSources } from "./counted-sources.ts";
import type { Facts } from "./facts.ts";
import { duration, secondsAfter } from "./time.ts";

/** How long an app has been idle, beside the timeout that holds for it. */
export type IdleTime = {
  readonly idleSeconds: number;
  readonly timeoutSeconds: number;
  readonly eligibleAt: Date;
  readonly detail: string;
};

/**
 * The idle time of the least idle counted source; `undefined` without a believed heartbeat. It counts only as far as
 * the heartbeat says: an agent that died or cannot write must not make its app look idler than it was when last seen.
 * The agent writes when a timeout is crossed, so this delays no stop.
 */
export function idleTime({ heartbeat: assessed, policy }: Facts): IdleTime | undefined {
  if (assessed.kind !== "believed") return undefined;
  const { heartbeat, receivedAt } = assessed;
  const { source, idleSeconds } = countedSources(policy)
    .map((source): SourceIdle => ({ source, idleSeconds: heartbeat.idle[source] ?? Infinity }))
    .reduce((least, other) => (other.idleSeconds < least.idleSeconds ? other : least));
  // Between two samples nothing is known, so no idle time shorter than that is believed.
  const timeoutSeconds = Math.max(policy.idleTimeInSeconds, heartbeat.sampleEvery);
  return {
    idleSeconds,
    timeoutSeconds,
    eligibleAt: secondsAfter(receivedAt, timeoutSeconds - idleSeconds),
    detail: `${source} idle for ${duration(idleSeconds)} of ${duration(timeoutSeconds)}`,
  };
}

type SourceIdle = { readonly source: Source; readonly idleSeconds: number };

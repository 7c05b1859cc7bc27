import type { AppKey } from "../domain/app.ts";
import { instructionsFor } from "../policy/instructions.ts";
import { secondsBetween } from "../policy/time.ts";
import { modeOf, type Grounds } from "./candidate.ts";
import { endedNotices } from "./ended-notices.ts";
import type { Observation } from "./observe.ts";
import type { Ports } from "./ports.ts";
import type { Judged } from "./report.ts";

const GONE_FOR_SECONDS = 3600;

/** Three calls of ten heartbeats each; the next sweep deletes more. */
const MAX_FORGOTTEN = 30;

/** Twenty calls of ten notices each, so that a user who is back is not told of a stop for long. */
const MAX_NOTICES_FORGOTTEN = 200;

/** Those of former incarnations have to go before the app is in service again. */
const MAX_FORMER_FORGOTTEN = 200;

/** What came of a sweep, for what it leaves behind. */
export type SweepOutcome = {
  readonly judged: readonly Judged[];
  readonly stopped: readonly AppKey[];
  /** Apps whose users could not be told yet that they were stopped: the next sweep does, by what is there now. */
  readonly untold: ReadonlySet<AppKey>;
};

/**
 * Publishes the agents' instructions, also in a dry run, which has to see what a live one would see. Where the mode is
 * live, deletes notices that hold no longer, and heartbeats: of the apps that were stopped, of former incarnations (up
 * to 200, oldest first), and of apps that are gone (up to 30). One that arrives after the sweep has looked stays.
 */
export async function runHousekeeping(
  { publishInstructions, heartbeats, notices }: Ports,
  grounds: Grounds,
  { judged, stopped, untold }: SweepOutcome,
): Promise<{ forgotten: number }> {
  const { observed, policy, now } = grounds;
  const mayForget = (key: AppKey) => !untold.has(key) && modeOf(grounds, key) === "live";
  const former = observed.formerHeartbeats.filter(mayForget).slice(0, MAX_FORMER_FORGOTTEN);
  const gone = forgettable(observed, now).filter(mayForget).slice(0, MAX_FORGOTTEN);
  const forgotten = [...stopped.filter((key) => !untold.has(key)), ...gone];
  const ended = [...endedNotices(observed, judged, now)].filter(([key]) => mayForget(key));
  await Promise.all([
    publishInstructions(instructionsFor(policy, observed.apps.length, now)),
    heartbeats.forget(former, observed.beganAt),
    heartbeats.forget(forgotten, now),
    notices.forget(new Map(ended.slice(0, MAX_NOTICES_FORGOTTEN))),
  ]);
  return { forgotten: former.length + forgotten.length };
}

/** The heartbeats that were not renewed for an hour, and whose app is no longer listed. */
function forgettable({ listed, readings }: Observation, now: Date): readonly AppKey[] {
  return [...readings]
    .filter(
      ([key, reading]) =>
        !listed.has(key) && reading.kind !== "none" && secondsBetween(reading.receivedAt, now) > GONE_FOR_SECONDS,
    )
    .map(([key]) => key);
}

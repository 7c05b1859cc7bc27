import type { AppKey } from "../domain/app.ts";
import type { Policy } from "../policy/document.ts";
import { instructionsFor } from "../policy/instructions.ts";
import { secondsBetween } from "../policy/time.ts";
import type { Observation } from "./observe.ts";
import type { Ports } from "./ports.ts";

const GONE_FOR_SECONDS = 3600;

/** Three calls of ten heartbeats each; the next sweep deletes more. */
const MAX_FORGOTTEN = 30;

/** Those of former incarnations have to go before the app is in service again. */
const MAX_FORMER_FORGOTTEN = 200;

/**
 * Publishes the agents' instructions, also in a dry run, which has to see what a live one would see. Live only, deletes
 * heartbeats: of the apps that were stopped, of former incarnations (up to 200, oldest first), and of apps that are
 * gone (up to 30). One that arrives after the sweep has looked stays.
 */
export async function runHousekeeping(
  { publishInstructions, heartbeats }: Ports,
  policy: Policy,
  observed: Observation,
  { stopped, decidedAt }: { readonly stopped: readonly AppKey[]; readonly decidedAt: Date },
): Promise<{ forgotten: number }> {
  const instructions = instructionsFor(policy, observed.apps.length);
  if (policy.mode !== "live") {
    await publishInstructions(instructions);
    return { forgotten: 0 };
  }
  const former = observed.formerHeartbeats.slice(0, MAX_FORMER_FORGOTTEN);
  const gone = [...stopped, ...forgettable(observed, decidedAt).slice(0, MAX_FORGOTTEN)];
  await Promise.all([
    publishInstructions(instructions),
    heartbeats.forget(former, observed.beganAt),
    heartbeats.forget(gone, decidedAt),
  ]);
  return { forgotten: former.length + gone.length };
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

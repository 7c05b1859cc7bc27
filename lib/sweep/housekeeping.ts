import type { AppKey } from "../domain/app.ts";
import type { Policy } from "../policy/document.ts";
import { instructionsFor } from "../policy/instructions.ts";
import { secondsBetween } from "../policy/time.ts";
import type { Observation } from "./observe.ts";
import type { Ports } from "./ports.ts";

const GONE_FOR_SECONDS = 3600;

/** Three calls of ten heartbeats each; the next sweep deletes more. */
const MAX_FORGOTTEN = 30;

/** Publishes the agents' instructions, and deletes up to 30 heartbeats of apps that are gone. */
export async function runHousekeeping(
  { publishInstructions, heartbeats }: Ports,
  policy: Policy,
  observed: Observation,
  now: Date,
): Promise<{ forgotten: number }> {
  const forgotten = forgettable(observed, now).slice(0, MAX_FORGOTTEN);
  await Promise.all([publishInstructions(instructionsFor(policy, observed.apps.length)), heartbeats.forget(forgotten)]);
  return { forgotten: forgotten.length };
}

/** The heartbeats that were not renewed for an hour, and whose app is no longer listed. */
function forgettable({ apps, readings }: Observation, now: Date): readonly AppKey[] {
  const listed = new Set(apps.map(({ key }) => key));
  return [...readings]
    .filter(
      ([key, reading]) =>
        !listed.has(key) && reading.kind !== "none" && secondsBetween(reading.receivedAt, now) > GONE_FOR_SECONDS,
    )
    .map(([key]) => key);
}

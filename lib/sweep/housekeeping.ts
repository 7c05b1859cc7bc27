import type { AppKey } from "../domain/app.ts";
import type { Observation } from "./observe.ts";
import type { Policy } from "../policy/document.ts";
import { instruct } from "../policy/instructions.ts";
import { secondsBetween } from "../policy/time.ts";
import type { Ports } from "./ports.ts";

const GONE_FOR_SECONDS = 3600;

/** Three calls of ten: the rest can wait for the next sweep. */
const MOST_FORGOTTEN = 30;

/** Tells the agents how often to write, which grows rarer with the fleet, and deletes up to 30 heartbeats of apps that are gone. */
export async function keepHouse(
  { settings, heartbeats }: Ports,
  policy: Policy,
  observed: Observation,
  now: Date,
): Promise<{ forgotten: number }> {
  const forgotten = forgettable(observed, now).slice(0, MOST_FORGOTTEN);
  await Promise.all([settings.publish(instruct(policy, observed.apps.length)), heartbeats.forget(forgotten)]);
  return { forgotten: forgotten.length };
}

/** The heartbeats of apps that have been gone for an hour: nobody renews them, and no app of that name is listed. */
export function forgettable({ apps, readings }: Observation, now: Date): readonly AppKey[] {
  const living = new Set(apps.map(({ key }) => key));
  return [...readings]
    .filter(
      ([key, reading]) =>
        !living.has(key) && reading.kind !== "none" && secondsBetween(reading.receivedAt, now) > GONE_FOR_SECONDS,
    )
    .map(([key]) => key);
}

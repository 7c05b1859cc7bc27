import { UnreadableApp, type App, type AppKey } from "../domain/app.ts";
import type { Reading } from "../domain/heartbeat.ts";
import { spaceKey } from "../domain/space.ts";
import type { Policy } from "../policy/document.ts";
import { matchesByUser, type OwnerOf } from "../policy/resolve.ts";
import { latestIncarnations } from "./incarnations.ts";
import type { Ports } from "./ports.ts";

/** The account as one sweep found it, always complete. */
export type Observation = {
  /** Every app that is not deleted. */
  readonly apps: readonly App[];
  /** Every app that is listed, deleted ones included. */
  readonly listed: ReadonlySet<AppKey>;
  /** The heartbeats, without the former ones. */
  readonly readings: ReadonlyMap<AppKey, Reading>;
  /**
   * Apps whose heartbeat is of a former incarnation: received before `beganAt`, and then the app was not in service.
   */
  readonly formerHeartbeats: readonly AppKey[];
  readonly beganAt: Date;
  /** When an app was first seen in service after another state; `undefined` where nobody saw that. */
  readonly runningSince: (key: AppKey) => Date | undefined;
  readonly ownerOf: OwnerOf;
  /** Apps that the service did not describe well enough to judge; each is a failure of the sweep. */
  readonly unreadable: readonly UnreadableApp[];
};

/**
 * Reads all apps, all heartbeats and, where a rule matches by user, the owners of all spaces, side by side. Rejects
 * where any of them cannot be read whole.
 */
export async function observe(
  { studio, heartbeats, sightings }: Ports,
  policy: Policy,
  clock: () => Date,
): Promise<Observation> {
  const beganAt = clock();
  const [found, readings, owners] = await Promise.all([
    Array.fromAsync(studio.apps()),
    heartbeats.all(),
    matchesByUser(policy) ? studio.spaceOwners() : new Map<string, string>(),
  ]);
  const incarnations = latestIncarnations(found.filter(isReadable));
  sightings.note(incarnations, clock());
  const former = [...incarnations.values()]
    .filter(({ isInService }) => !isInService)
    .map(({ app }) => ({ key: app.key, receivedAt: receivedAt(readings.get(app.key)) }))
    .filter((heartbeat) => heartbeat.receivedAt < beganAt.getTime())
    .sort((a, b) => a.receivedAt - b.receivedAt)
    .map(({ key }) => key);
  const formerKeys = new Set(former);
  return {
    apps: [...incarnations.values()].map(({ app }) => app).filter(({ status }) => status !== "Deleted"),
    listed: new Set(incarnations.keys()),
    readings: new Map([...readings].filter(([key]) => !formerKeys.has(key))),
    formerHeartbeats: former,
    beganAt,
    runningSince: (key) => sightings.runningSince(key),
    ownerOf: ({ domainId, owner }) => owners.get(spaceKey(domainId, owner.name)),
    unreadable: found.filter((app) => app instanceof UnreadableApp),
  };
}

function isReadable(app: App | UnreadableApp): app is App {
  return !(app instanceof UnreadableApp);
}

/** In milliseconds; never where there is no heartbeat. */
function receivedAt(reading: Reading | undefined): number {
  return reading === undefined || reading.kind === "none" ? Infinity : reading.receivedAt.getTime();
}

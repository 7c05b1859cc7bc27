import { UnreadableApp, type App, type AppKey } from "../domain/app.ts";
import type { Reading } from "../domain/heartbeat.ts";
import { spaceKey } from "../domain/space.ts";
import type { Policy } from "../policy/document.ts";
import { matchesByUser, type OwnerOf } from "../policy/resolve.ts";
import type { Ports } from "./ports.ts";

/** The account as one sweep found it, always complete. */
export type Observation = {
  readonly apps: readonly App[];
  readonly readings: ReadonlyMap<AppKey, Reading>;
  readonly ownerOf: OwnerOf;
  /** Apps that the service did not describe well enough to judge; each is a failure of the sweep. */
  readonly unreadable: readonly UnreadableApp[];
};

/**
 * Reads all apps, all heartbeats and, where a rule matches by user, the owners of all spaces, side by side. Rejects
 * where any of them cannot be read whole.
 */
export async function observe({ studio, heartbeats }: Ports, policy: Policy): Promise<Observation> {
  const [listed, readings, owners] = await Promise.all([
    Array.fromAsync(studio.apps()),
    heartbeats.all(),
    matchesByUser(policy) ? studio.spaceOwners() : new Map<string, string>(),
  ]);
  const unreadable = listed.filter((app) => app instanceof UnreadableApp);
  return {
    apps: latestIncarnations(listed),
    readings,
    ownerOf: ({ domainId, owner }) => owners.get(spaceKey(domainId, owner.name)),
    unreadable,
  };
}

/** A listing that changes between two pages can show an app twice; each app gets one verdict. */
function latestIncarnations(listed: readonly (App | UnreadableApp)[]): readonly App[] {
  const latest = new Map<AppKey, App>();
  for (const app of listed) {
    if (app instanceof UnreadableApp) continue;
    const other = latest.get(app.key);
    if (!other || other.createdAt < app.createdAt) latest.set(app.key, app);
  }
  return [...latest.values()];
}

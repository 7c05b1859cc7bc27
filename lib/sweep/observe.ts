import { UnreadableApp, type App, type AppKey } from "../domain/app.ts";
import type { Reading } from "../domain/heartbeat.ts";
import { spaceKey } from "../domain/space.ts";
import type { Policy } from "../policy/document.ts";
import { matchesByUser, type OwnerOf } from "../policy/resolve.ts";
import type { Ports } from "./ports.ts";

/** The account as one sweep found it: complete, or there is none. */
export type Observation = {
  readonly apps: readonly App[];
  readonly readings: ReadonlyMap<AppKey, Reading>;
  readonly ownerOf: OwnerOf;
  /** Apps that the service did not describe well enough to judge; each fails the sweep at its end. */
  readonly unreadable: readonly UnreadableApp[];
};

/** Reads every app, every heartbeat and, where a rule goes by user, every space's owner, side by side. */
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

/** A listing that shifts between two pages can show an app twice; one app, one verdict. */
function latestIncarnations(listed: readonly (App | UnreadableApp)[]): readonly App[] {
  const latest = new Map<AppKey, App>();
  for (const app of listed) {
    if (app instanceof UnreadableApp) continue;
    const other = latest.get(app.key);
    if (!other || other.createdAt < app.createdAt) latest.set(app.key, app);
  }
  return [...latest.values()];
}

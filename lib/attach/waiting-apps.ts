import type { AppKey } from "../domain/app.ts";
import { isWatched } from "../policy/watched.ts";
import type { Waiting } from "./outcome.ts";
import type { AttachPorts } from "./ports.ts";

/**
 * Counts the apps of these domains that run without an agent: they started before it was attached, and report after
 * their next start. `undefined` where the time of the run does not suffice.
 */
export async function countWaiting(
  { apps, time }: Pick<AttachPorts, "apps" | "time">,
  domainIds: ReadonlySet<string>,
): Promise<Waiting | undefined> {
  const heard = new Map<AppKey, Date>();
  for await (const { key, at } of apps.heartbeats()) {
    if (time.isRunningOut()) return undefined;
    heard.set(key, at);
  }
  let [waiting, running] = [0, 0];
  for await (const app of apps.all()) {
    if (time.isRunningOut()) return undefined;
    if (!domainIds.has(app.domainId) || !isWatched({ app })) continue;
    running += 1;
    // A heartbeat from before the app's start is of a former incarnation.
    const heardAt = heard.get(app.key);
    if (heardAt === undefined || heardAt < app.createdAt) waiting += 1;
  }
  return { apps: waiting, of: running, at: time.now().toISOString() };
}

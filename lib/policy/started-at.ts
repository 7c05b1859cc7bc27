import type { Facts } from "./facts.ts";
import { latest, secondsAfter } from "./time.ts";

/**
 * From when an app's age counts. An app that starts again within a day may keep its creation time, so that alone makes
 * it too old: what a sweep has seen counts, or else what its agent says.
 */
export function startedAt({ app, heartbeat: assessed, runningSince }: Facts): Date {
  if (runningSince !== undefined) return latest(app.createdAt, runningSince);
  if (assessed.kind !== "believed") return app.createdAt;
  return latest(app.createdAt, secondsAfter(assessed.receivedAt, -assessed.heartbeat.up));
}

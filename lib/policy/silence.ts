import type { Facts } from "./facts.ts";
import { startedAt } from "./started-at.ts";
import { duration, secondsBetween } from "./time.ts";

/** Since when an app's agent has not been heard, and that in words. */
export type Silence = { readonly since: Date; readonly detail: string };

/** The silence of an app's agent; `undefined` while its heartbeat is in force, or says something that is wrong. */
export function silence(facts: Facts): Silence | undefined {
  const { heartbeat: assessed, now } = facts;
  switch (assessed.kind) {
    case "none": {
      const since = startedAt(facts);
      return { since, detail: `no heartbeat since the app started ${ago(since, now)}` };
    }
    case "stale": {
      const { receivedAt, heartbeat } = assessed;
      const lease = duration(heartbeat.renewIn);
      const detail = `its agent fell silent: the last heartbeat came ${ago(receivedAt, now)} and held for ${lease}`;
      return { since: receivedAt, detail };
    }
    case "unreadable":
    case "unbelievable":
    case "believed":
      return undefined;
  }
}

function ago(since: Date, now: Date): string {
  return `${duration(secondsBetween(since, now))} ago`;
}

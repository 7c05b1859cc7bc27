import type { App } from "../domain/app.ts";
import { SOURCES, type Heartbeat, type Reading, type Source } from "../domain/heartbeat.ts";
import { duration, secondsBetween } from "./time.ts";

/** How far the clocks of Lambda, SageMaker and Parameter Store may differ before a time is called impossible. */
const CLOCK_SLACK_SECONDS = 60;

/** Each idle time and `up` are whole seconds, rounded on their own. */
const ROUNDING_SECONDS = 1;

type Received = { readonly receivedAt: Date; readonly heartbeat: Heartbeat };

/**
 * What an app's heartbeat is worth: `none` where this incarnation of the app sent none, `unreadable` where it is no
 * heartbeat, `stale` once its lease has run out, `unbelievable` where it contradicts the services' own clocks.
 * `why` is in words, and goes on after "its heartbeat".
 */
export type HeartbeatAssessment =
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly why: string }
  | ({ readonly kind: "stale" } & Received)
  | { readonly kind: "unbelievable"; readonly why: string }
  | ({ readonly kind: "believed" } & Received);

/** Assesses what Parameter Store holds for an app, whatever the policy is. */
export function assessHeartbeat(app: App, reading: Reading, now: Date): HeartbeatAssessment {
  if (reading.kind === "none" || reading.receivedAt < app.createdAt) return { kind: "none" };
  if (reading.kind === "unreadable") return { kind: "unreadable", why: `cannot be read: ${reading.why}` };
  const { receivedAt, heartbeat } = reading;
  if (secondsBetween(receivedAt, now) > heartbeat.renewIn) return { kind: "stale", receivedAt, heartbeat };
  const why = contradiction(app, { receivedAt, heartbeat }, now);
  return why === undefined ? { kind: "believed", receivedAt, heartbeat } : { kind: "unbelievable", why };
}

/** A heartbeat that contradicts the services' clocks is of another incarnation of the app, or forged. */
function contradiction(app: App, { receivedAt, heartbeat }: Received, now: Date): string | undefined {
  const { up, idle, busy } = heartbeat;
  if (secondsBetween(now, receivedAt) > CLOCK_SLACK_SECONDS) return "comes from the future";
  if (up > secondsBetween(app.createdAt, receivedAt) + CLOCK_SLACK_SECONDS) {
    return `says that its agent has run for ${duration(up)}, longer than the app exists`;
  }
  const idlest = (source: Source) => Math.max(idle[source] ?? 0, busy[source]?.still ?? 0);
  const tooIdle = SOURCES.find((source) => idlest(source) > up + ROUNDING_SECONDS);
  if (tooIdle === undefined) return undefined;
  return `says that ${tooIdle} have been idle for ${duration(idlest(tooIdle))}, longer than its agent has run`;
}

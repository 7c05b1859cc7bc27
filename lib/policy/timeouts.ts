import type { AppPolicy } from "./document.ts";
import { isWithinHours, nextChangeOfHours } from "./hours.ts";
import { secondsAfter } from "./time.ts";

type Timeouts = Pick<AppPolicy, "idleTimeInSeconds" | "hours">;

/** When an app could be stopped, and after how long an idle time; `Infinity` seconds are never over. */
export type ComingStop = { readonly at: Date; readonly timeoutSeconds: number };

/** The timeout that holds at an instant, in seconds: another one outside working hours. */
export function timeoutAt({ idleTimeInSeconds, hours }: Timeouts, instant: Date): number {
  return hours === undefined || isWithinHours(hours, instant) ? idleTimeInSeconds : hours.idleTimeInSeconds;
}

/**
 * From when on an app could be stopped that stays idle since `lastActiveAt`: from an instant on, or already before it.
 * `undefined` where it never could.
 */
export function comingStop(timeouts: Timeouts, lastActiveAt: Date, from: Date): ComingStop | undefined {
  const { idleTimeInSeconds, hours } = timeouts;
  if (hours === undefined) return stopAfter(lastActiveAt, idleTimeInSeconds);
  const least = Math.min(idleTimeInSeconds, hours.idleTimeInSeconds);
  const soonest = stopAfter(lastActiveAt, least);
  if (soonest === undefined) return undefined;
  const start = soonest.at > from ? soonest.at : from;
  if (timeoutAt(timeouts, start) === least) return soonest;
  const change = nextChangeOfHours(hours, start);
  const latest = stopAfter(lastActiveAt, Math.max(idleTimeInSeconds, hours.idleTimeInSeconds));
  if (change === undefined || (latest !== undefined && latest.at <= change)) return latest;
  return { at: change, timeoutSeconds: least };
}

function stopAfter(lastActiveAt: Date, timeoutSeconds: number): ComingStop | undefined {
  return timeoutSeconds < Infinity ? { at: secondsAfter(lastActiveAt, timeoutSeconds), timeoutSeconds } : undefined;
}

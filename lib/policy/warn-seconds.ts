import type { AppPolicy } from "./document.ts";

/**
 * How long before the stop of an idle app its user is warned: at most half of the timeout, so that not all is warning.
 */
export function warnSecondsOf({ idleTimeInSeconds, warnBefore = 0 }: AppPolicy): number {
  return Math.min(warnBefore, Math.ceil(idleTimeInSeconds / 2));
}

import type { AppPolicy } from "./document.ts";

/**
 * How long before the stop of an idle app its user is warned: at most half of the timeout, so that not all is warning;
 * 0 where nobody is, as where there is no way to tell anybody anything.
 */
export function warnSecondsOf({ idleTimeInSeconds, warnBefore = 0, notifyIn }: AppPolicy): number {
  if (notifyIn.length === 0) return 0;
  return Math.min(warnBefore, Math.ceil(idleTimeInSeconds / 2));
}

import type { AppPolicy } from "./document.ts";

/**
 * How long before its stop the user of an app that is idle for the timeout is warned: at most half of it, so that not
 * all is warning; 0 where nobody is, as where there is no way to tell anybody anything.
 */
export function warnSecondsOf({ warnBefore = 0, notifyIn }: AppPolicy, timeoutSeconds: number): number {
  return notifyIn.length === 0 ? 0 : Math.min(warnBefore, Math.ceil(timeoutSeconds / 2));
}

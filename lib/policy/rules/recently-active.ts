import type { VerdictRule } from "../facts.ts";
import { idleTime } from "../idle-time.ts";
import { keep } from "../verdict.ts";

/**
 * `recently-active`: keep, the least idle source is below the timeout, or below the time at which its user is warned;
 * `eligibleAt` says when it would be stopped.
 */
export const recentlyActive: VerdictRule = (facts) => {
  const idle = idleTime(facts);
  if (!idle || idle.idleSeconds >= idle.timeoutSeconds - idle.warnSeconds) return undefined;
  const { idleSeconds, eligibleAt } = idle;
  const unconfirmed = eligibleAt <= facts.now ? " at its last heartbeat; the next one must confirm the rest" : "";
  return keep("recently-active", idle.detail + unconfirmed, { idleSeconds, eligibleAt });
};

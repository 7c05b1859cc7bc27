import type { Facts, VerdictRule } from "../facts.ts";
import { idleTime, type IdleTime } from "../idle-time.ts";
import { secondsAfter } from "../time.ts";
import { keep } from "../verdict.ts";
import { secondsWarnedAtMost, warningOf } from "../warning.ts";

/**
 * `recently-active`: keep, the least idle source is below the timeout, or below the time at which its user is warned;
 * `eligibleAt` says when it would be stopped.
 */
export const recentlyActive: VerdictRule = (facts) => {
  const idle = idleTime(facts);
  if (!idle) return undefined;
  const { idleSeconds, eligibleAt, detail } = idle;
  if (!idle.isNearStop) {
    const isDue = eligibleAt !== null && eligibleAt <= facts.now;
    const unconfirmed = isDue ? " at its last heartbeat; the next one must confirm the rest" : "";
    return keep("recently-active", detail + unconfirmed, { idleSeconds, eligibleAt });
  }
  const forbidden = hoursForbid(facts, idle);
  if (forbidden === undefined) return undefined;
  return keep("recently-active", `${detail}; its hours begin before its user could be warned`, {
    idleSeconds,
    eligibleAt: idle.eligibleFrom(forbidden),
  });
};

/**
 * The first end of a warning, if it were given now, at which the hours forbid the stop: it may end after `warnSeconds`,
 * or at its bound.
 */
function hoursForbid(facts: Facts, { warnSeconds, lastActiveAt, eligibleFrom }: IdleTime): Date | undefined {
  if (facts.policy.hours === undefined || warnSeconds === 0) return undefined;
  if (warningOf(facts, { warnSeconds, warnedAfter: lastActiveAt }).kind === "given") return undefined;
  const ends = [warnSeconds, secondsWarnedAtMost(warnSeconds)].map((seconds) => secondsAfter(facts.now, seconds));
  return ends.find((end) => {
    const eligibleAt = eligibleFrom(end);
    return eligibleAt === null || eligibleAt > end;
  });
}

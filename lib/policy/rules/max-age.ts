import { ageLimit } from "../age-limit.ts";
import type { Facts, VerdictRule } from "../facts.ts";
import { idleTime } from "../idle-time.ts";
import { keepAliveOf } from "../keep-alive.ts";
import { startedAt } from "../started-at.ts";
import { duration, latest, secondsAfter, secondsBetween } from "../time.ts";
import { keep } from "../verdict.ts";
import { warnSecondsOf } from "../warn-seconds.ts";
import { isWarningOver, sayWarning, secondsWarnedAtMost, warningOf, type StopToWarnOf } from "../warning.ts";

/**
 * `max-age`: stop, it is older than `maxAge`, whoever works in it: that is what this setting is for. Its user is warned
 * before, where the policy says so.
 */
export const maxAge: VerdictRule = (facts) => {
  const { policy, now } = facts;
  const stopAt = ageLimit(facts);
  if (stopAt === undefined || policy.maxAge === undefined) return undefined;
  const warnSeconds = warnSecondsOf(policy, policy.maxAge);
  if (now < secondsAfter(stopAt, -warnSeconds)) return undefined;
  const detail = `runs for ${duration(secondsBetween(startedAt(facts), now))} of ${duration(policy.maxAge)}`;
  const why = `it may run for ${duration(policy.maxAge)} at most`;
  const idleSeconds = idleTime(facts)?.idleSeconds ?? null;
  const warnedAfter = endOfKeepAlive(facts) ?? startedAt(facts);
  const warning = warningOfAge(facts, { warnSeconds, warnedAfter, why });
  if (now >= stopAt && (warnSeconds === 0 || isWarningOver(warning, now)))
    return { verdict: "stop", reason: "max-age", detail, why, idleSeconds, eligibleAt: stopAt };
  return keep("warned", `${detail}; ${sayWarning(warning)}`, {
    idleSeconds,
    eligibleAt: latest(warning.earliestAt, stopAt),
    waitsForWarning: now >= stopAt,
    ...(warning.kind === "due" && { dueWarning: { why, warnSeconds, warnedAfter, endsByActivity: false } }),
  });
};

/** A warning of before the user asked to keep the app says nothing of the stop that comes after. */
function endOfKeepAlive(facts: Facts): Date | undefined {
  const asked = keepAliveOf(facts);
  return asked && latest(asked.until, startedAt(facts));
}

/** No agent can draw it out by what it says, since its app is stopped also while somebody works in it. */
function warningOfAge(facts: Facts, stop: StopToWarnOf) {
  const warning = warningOf(facts, stop);
  if (warning.kind === "due" || facts.notice?.kind !== "notice") return warning;
  const bound = secondsAfter(facts.notice.writtenAt, secondsWarnedAtMost(stop.warnSeconds));
  return { ...warning, overAt: warning.overAt < bound ? warning.overAt : bound };
}

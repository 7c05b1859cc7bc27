import { ageLimit } from "../age-limit.ts";
import type { VerdictRule } from "../facts.ts";
import { idleTime } from "../idle-time.ts";
import { keepAliveOf } from "../keep-alive.ts";
import { latest, utcMinute } from "../time.ts";
import { keep } from "../verdict.ts";

/**
 * `kept-alive`: keep, its user or a tag asks for that, within what the policy allows, and the time is not over;
 * `eligibleAt` says when it could be stopped.
 */
export const keptAlive: VerdictRule = (facts) => {
  const asked = keepAliveOf(facts);
  if (asked === undefined || asked.until <= facts.now) return undefined;
  const { until, by } = asked;
  const idle = idleTime(facts);
  const ends = [idle === undefined ? until : idle.eligibleFrom(until), ageLimit(facts)].filter((end) => end != null);
  const eligibleAt = ends.toSorted((a, b) => a.getTime() - b.getTime())[0];
  return keep("kept-alive", `kept until ${utcMinute(until)} by ${by}`, {
    idleSeconds: idle?.idleSeconds ?? null,
    keptUntil: until,
    eligibleAt: eligibleAt === undefined ? null : latest(eligibleAt, until),
  });
};

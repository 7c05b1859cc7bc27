import type { VerdictRule } from "../facts.ts";
import { idleTime } from "../idle-time.ts";
import { latest } from "../time.ts";
import { keep } from "../verdict.ts";
import { warningOf, type Warning } from "../warning.ts";

/** `warned`: keep, its stop is near, and its user is being warned; `eligibleAt` says when it could be stopped. */
export const warned: VerdictRule = (facts) => {
  const idle = idleTime(facts);
  if (!idle || idle.warnSeconds === 0) return undefined;
  const { idleSeconds, warnSeconds, why } = idle;
  // Whatever the user does ends every warning of before.
  const warning = warningOf(facts, { warnSeconds, warnedAfter: idle.lastActiveAt });
  if (isOver(warning, facts.now) && idleSeconds >= idle.timeoutSeconds) return undefined;
  const eligibleAt = idle.eligibleFrom(latest(warning.earliestAt, facts.now));
  return keep("warned", `${idle.detail}; ${say(warning)}`, {
    idleSeconds,
    eligibleAt: eligibleAt && latest(warning.earliestAt, eligibleAt),
    ...(warning.kind === "due" && { dueWarning: { why, warnSeconds, warnedAfter: idle.lastActiveAt } }),
  });
};

function isOver(warning: Warning, now: Date): boolean {
  return warning.kind === "given" && now >= warning.overAt;
}

function say(warning: Warning): string {
  if (warning.kind === "due") return "its user is to be warned first";
  return warning.isRead
    ? "its user is warned"
    : "its user is warned, and its agent has not said yet that it shows this";
}

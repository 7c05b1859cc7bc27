import type { VerdictRule } from "../facts.ts";
import { idleTime } from "../idle-time.ts";
import { latest } from "../time.ts";
import { keep } from "../verdict.ts";
import { isWarningOver, sayWarning, warningOf } from "../warning.ts";

/** `warned`: keep, its stop is near, and its user is being warned; `eligibleAt` says when it could be stopped. */
export const warned: VerdictRule = (facts) => {
  const idle = idleTime(facts);
  if (!idle || idle.warnSeconds === 0) return undefined;
  const { idleSeconds, warnSeconds, why } = idle;
  // Whatever the user does ends every warning of before.
  const warning = warningOf(facts, { warnSeconds, warnedAfter: idle.lastActiveAt });
  if (isWarningOver(warning, facts.now) && idleSeconds >= idle.timeoutSeconds) return undefined;
  const eligibleAt = idle.eligibleFrom(latest(warning.earliestAt, facts.now));
  return keep("warned", `${idle.detail}; ${sayWarning(warning)}`, {
    idleSeconds,
    eligibleAt: eligibleAt && latest(warning.earliestAt, eligibleAt),
    waitsForWarning: idleSeconds >= idle.timeoutSeconds,
    ...(warning.kind === "due" && {
      dueWarning: { why, warnSeconds, warnedAfter: idle.lastActiveAt, endsByActivity: true },
    }),
  });
};

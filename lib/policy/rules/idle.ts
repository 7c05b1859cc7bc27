import type { VerdictRule } from "../facts.ts";
import { idleTime } from "../idle-time.ts";
import { secondsAfter } from "../time.ts";

/** `idle`: stop, every counted source has been idle for the timeout or longer. */
export const idle: VerdictRule = (facts) => {
  const found = idleTime(facts);
  if (!found || found.idleSeconds < found.timeoutSeconds) return undefined;
  const { detail, why, idleSeconds, lastActiveAt, timeoutSeconds } = found;
  const eligibleAt = secondsAfter(lastActiveAt, timeoutSeconds);
  return { verdict: "stop", reason: "idle", detail, why, idleSeconds, eligibleAt };
};

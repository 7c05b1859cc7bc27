import type { VerdictRule } from "../facts.ts";
import { startedAt } from "../started-at.ts";
import { duration, secondsAfter, secondsBetween } from "../time.ts";
import { keep } from "../verdict.ts";

/** `young`: keep, it is younger than `minRuntime`. */
export const young: VerdictRule = (facts) => {
  const { minRuntime } = facts.policy;
  const since = startedAt(facts);
  if (!minRuntime || secondsBetween(since, facts.now) >= minRuntime) return undefined;
  return keep("young", `it is younger than its minimum runtime of ${duration(minRuntime)}`, {
    eligibleAt: secondsAfter(since, minRuntime),
  });
};

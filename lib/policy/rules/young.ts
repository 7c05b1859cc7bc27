import type { VerdictRule } from "../facts.ts";
import { duration, secondsAfter, secondsBetween } from "../time.ts";
import { keep } from "../verdict.ts";

/** `young`: keep, it is younger than `minRuntime`. */
export const young: VerdictRule = ({ app, policy: { minRuntime }, now }) => {
  if (!minRuntime || secondsBetween(app.createdAt, now) >= minRuntime) return undefined;
  return keep("young", `it is younger than its minimum runtime of ${duration(minRuntime)}`, {
    eligibleAt: secondsAfter(app.createdAt, minRuntime),
  });
};

import type { Facts } from "./facts.ts";
import { startedAt } from "./started-at.ts";
import { secondsAfter } from "./time.ts";

/** When an app has the age at which it is stopped, whoever works in it; `undefined` where there is none. */
export function ageLimit(facts: Facts): Date | undefined {
  const { maxAge } = facts.policy;
  return maxAge === undefined ? undefined : secondsAfter(startedAt(facts), maxAge);
}

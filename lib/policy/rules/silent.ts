import type { VerdictRule } from "../facts.ts";
import { silence } from "../silence.ts";
import { secondsAfter } from "../time.ts";

/**
 * `silent`: stop, its agent has not been heard for `silentAfter`, where the policy sets that. Silence says nothing
 * about idleness, so it stops an app only where the policy asks for it, after a timeout of its own.
 */
export const silent: VerdictRule = (facts) => {
  const { silentAfter } = facts.policy;
  const silenced = silence(facts);
  if (silentAfter === undefined || silenced === undefined) return undefined;
  const eligibleAt = secondsAfter(silenced.since, silentAfter);
  if (facts.now < eligibleAt) return undefined;
  const { detail } = silenced;
  return { verdict: "stop", reason: "silent", detail, why: detail, idleSeconds: null, eligibleAt };
};

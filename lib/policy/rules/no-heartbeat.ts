import type { VerdictRule } from "../facts.ts";
import { silence } from "../silence.ts";
import { keep } from "../verdict.ts";

/** `no-heartbeat`: keep, no heartbeat of this incarnation of the app. */
export const noHeartbeat: VerdictRule = (facts) => {
  const silenced = silence(facts);
  if (facts.heartbeat.kind !== "none" || silenced === undefined) return undefined;
  return keep("no-heartbeat", silenced.detail);
};

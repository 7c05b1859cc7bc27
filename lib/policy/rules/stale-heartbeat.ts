import type { VerdictRule } from "../facts.ts";
import { silence } from "../silence.ts";
import { keep } from "../verdict.ts";

/** `stale-heartbeat`: keep, its agent did not renew its heartbeat within the time that it had promised. */
export const staleHeartbeat: VerdictRule = (facts) => {
  const silenced = silence(facts);
  if (facts.heartbeat.kind !== "stale" || silenced === undefined) return undefined;
  return keep("stale-heartbeat", silenced.detail);
};

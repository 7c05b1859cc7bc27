import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";

/**
 * `bad-heartbeat`: keep, the heartbeat is unreadable, of an unknown version, from the future, or contradicts the app's
 * age.
 */
export const badHeartbeat: VerdictRule = ({ heartbeat }) => {
  if (heartbeat.kind !== "unreadable" && heartbeat.kind !== "unbelievable") return undefined;
  return keep("bad-heartbeat", `its heartbeat ${heartbeat.why}`);
};

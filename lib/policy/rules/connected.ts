import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";

/** `connected`: keep, a kernel is open in a browser, where `ignoreConnections` is false. */
export const connected: VerdictRule = ({ heartbeat: assessed, policy }) => {
  if (policy.ignoreConnections || assessed.kind !== "believed") return undefined;
  const { connections } = assessed.heartbeat;
  if (!connections) return undefined;
  const counted = `${connections} open ${connections === 1 ? "connection" : "connections"}`;
  return keep("connected", `${counted} to its kernels`, { idleSeconds: 0 });
};

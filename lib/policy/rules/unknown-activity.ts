import type { Heartbeat } from "../../domain/heartbeat.ts";
import { countedSources } from "../counted-sources.ts";
import type { AppPolicy } from "../document.ts";
import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";

/**
 * `unknown-activity`: keep, the agent could not read a source that counts, e.g. because the Jupyter server is down.
 * Unknown is never idle.
 */
export const unknownActivity: VerdictRule = ({ app, heartbeat: assessed, policy }) => {
  if (assessed.kind !== "believed") return undefined;
  const { heartbeat } = assessed;
  const applicable = countedSources(policy).filter((source) => heartbeat.idle[source] !== undefined);
  if (applicable.length === 0) return keep("unknown-activity", "its agent reports no source that the policy counts");
  const unread = applicable.find((source) => heartbeat.idle[source] === null);
  if (unread) {
    const why = heartbeat.why?.[unread];
    return keep("unknown-activity", `its agent cannot read ${unread}${why ? `: ${why}` : ""}`);
  }
  // No server of a Code Editor app counts who is connected to its kernels.
  if (app.type !== "CodeEditor" && connectionsUnread(heartbeat, policy))
    return keep("unknown-activity", "its agent cannot read connections");
  return undefined;
};

function connectionsUnread({ idle, connections }: Heartbeat, { ignoreConnections }: AppPolicy): boolean {
  return !ignoreConnections && idle.kernels !== undefined && typeof connections !== "number";
}

import type { HeartbeatAssessment } from "./assess-heartbeat.ts";
import type { Facts } from "./facts.ts";
import { isWatched } from "./watched.ts";

/**
 * What is heard of an app's agent: `live`; `dead` once its last heartbeat has run out; `none` where this incarnation of
 * the app never had one; `unreadable` where its heartbeat cannot be read or believed; `incomplete` where it lacks what
 * much of the fleet lost at once. Apps that are not watched need no agent.
 */
export const AGENT_STATES = ["live", "dead", "none", "unreadable", "incomplete", "not-watched"] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** The states in which somebody should look after an app, since it is never stopped as it is. */
export const WITHOUT_LIVE_AGENT: readonly AgentState[] = ["none", "dead", "unreadable", "incomplete"];

const STATES: Readonly<Record<HeartbeatAssessment["kind"], AgentState>> = {
  none: "none",
  unreadable: "unreadable",
  stale: "dead",
  unbelievable: "unreadable",
  believed: "live",
};

/** The state of an app's agent, whatever the policy makes of the app. */
export function agentState(facts: Pick<Facts, "app" | "heartbeat" | "inUnifiedStudio">): AgentState {
  return isWatched(facts) ? STATES[facts.heartbeat.kind] : "not-watched";
}

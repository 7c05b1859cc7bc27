import type { App } from "../domain/app.ts";
import { SOURCES, type Reading } from "../domain/heartbeat.ts";
import { decide, isWatched } from "./decide.ts";
import type { AppPolicy } from "./document.ts";

/**
 * What is heard of an app's agent: `live`; `dead` once its last word has run out; `none` where this incarnation never had one; `unreadable` where
 * its word is not to be believed. Apps that are not watched need no agent.
 */
export const AGENT_STATES = ["live", "dead", "none", "unreadable", "not-watched"] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** The states in which somebody should look after an app, since it is never stopped as it is. */
export const WITHOUT_LIVE_AGENT: readonly AgentState[] = ["none", "dead", "unreadable"];

/** A policy under which nothing comes before the heartbeat: neither an app's youth nor a stop for silence. */
const HEARTBEATS_FIRST: AppPolicy = {
  idleTimeInSeconds: 1,
  ignoreConnections: true,
  skipTerminals: false,
  sources: [...SOURCES],
};

/** The state of an app's agent, whatever the policy makes of the app. */
export function agentState(app: App, reading: Reading, now: Date): AgentState {
  if (!isWatched(app)) return "not-watched";
  const { reason } = decide(app, reading, HEARTBEATS_FIRST, now);
  if (reason === "no-heartbeat") return "none";
  if (reason === "stale-heartbeat") return "dead";
  if (reason === "bad-heartbeat") return "unreadable";
  return "live";
}

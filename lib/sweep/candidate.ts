import type { App } from "../domain/app.ts";
import type { Heartbeat, Reading } from "../domain/heartbeat.ts";
import { NO_NOTICE } from "../domain/notice.ts";
import { assessHeartbeat, type HeartbeatAssessment } from "../policy/assess-heartbeat.ts";
import { agentState, type AgentState } from "../policy/coverage.ts";
import { decide } from "../policy/decide.ts";
import type { AppPolicy, Policy } from "../policy/document.ts";
import type { Outcome } from "../policy/outcome.ts";
import type { Facts } from "../policy/facts.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import type { Stop, Verdict } from "../policy/verdict.ts";
import type { Observation } from "./observe.ts";
import type { Judged } from "./report.ts";
import { sightingOf, type Sighting } from "./sightings.ts";

const NOBODY_IS_TOLD = { kind: "assumed" } as const;

/** An app with the policy that holds for it, and its verdict, before anything has come of that. */
export type Candidate = {
  readonly app: App;
  readonly agent: AgentState;
  readonly idle: Heartbeat["idle"] | undefined;
  /** What sweeps have seen of the app while it was not in service. */
  readonly sighting: Sighting | undefined;
  readonly notice: Facts["notice"];
  readonly tags: Facts["tags"];
  readonly policy: AppPolicy;
  readonly verdict: Verdict;
};
export type StopCandidate = Candidate & { readonly verdict: Stop };

/** What apps are judged by, beside what each of them says. */
export type Grounds = { readonly observed: Observation; readonly policy: Policy; readonly now: Date };

/** Judges every app that was observed. */
export function judgeApps(grounds: Grounds): readonly Candidate[] {
  const { apps, readings } = grounds.observed;
  return apps.map((app) => judge(grounds, app, readings.get(app.key) ?? { kind: "none" }));
}

/** Judges an app by its heartbeat. */
export function judge({ observed, policy, now }: Grounds, app: App, reading: Reading): Candidate {
  const sighting = sightingOf(observed.sightings, app.key);
  const facts = {
    app,
    heartbeat: assessHeartbeat(app, reading, now),
    runningSince: sighting?.upAt,
    inUnifiedStudio: observed.isUnifiedStudio.get(app.domainId),
    notice: policy.mode === "live" ? (observed.notices.get(app.key) ?? NO_NOTICE) : NOBODY_IS_TOLD,
    tags: observed.tagsOf(app),
    policy: policyFor(app, policy, observed),
    now,
  };
  return {
    app,
    agent: agentState(facts),
    idle: idleBySource(facts.heartbeat),
    sighting,
    notice: facts.notice,
    tags: facts.tags,
    policy: facts.policy,
    verdict: decide(facts),
  };
}

/**
 * Without what would stop an app for silence, where it is not known when it started, or whether its domain is one that
 * is left alone.
 */
function policyFor(app: App, policy: Policy, observed: Observation): AppPolicy {
  const resolved = resolvePolicy(policy, app, observed.ownerOf);
  const { silentAfter, ...others } = resolved;
  const isKnown = observed.earlierAreKnown && observed.isUnifiedStudio.has(app.domainId);
  return silentAfter === undefined || isKnown ? resolved : others;
}

export function wantsStop(candidate: Candidate): candidate is StopCandidate {
  return candidate.verdict.verdict === "stop";
}

/** Whether an app is as idle as one that is stopped, and is kept for the warning that its user is due. */
export function waitsForWarning({ verdict, policy }: Candidate): boolean {
  return verdict.reason === "warned" && (verdict.idleSeconds ?? 0) >= policy.idleTimeInSeconds;
}

/** What is reported of a candidate once something has come of its verdict. */
export function judgedAs({ app, agent, idle, policy, verdict }: Candidate, outcome: Outcome): Judged {
  return { app, agent, idle, policy, verdict, outcome };
}

/** What a heartbeat says of each source, where it is one of this incarnation and can be believed. */
export function idleBySource(assessed: HeartbeatAssessment): Heartbeat["idle"] | undefined {
  return assessed.kind === "believed" || assessed.kind === "stale" ? assessed.heartbeat.idle : undefined;
}

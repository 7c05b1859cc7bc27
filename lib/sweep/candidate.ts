import type { App } from "../domain/app.ts";
import { assessHeartbeat } from "../policy/assess-heartbeat.ts";
import { agentState, type AgentState } from "../policy/coverage.ts";
import { decide } from "../policy/decide.ts";
import type { AppPolicy, Policy } from "../policy/document.ts";
import type { Outcome } from "../policy/outcome.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import type { Stop, Verdict } from "../policy/verdict.ts";
import type { Observation } from "./observe.ts";
import type { Judged } from "./report.ts";
import { sightingOf, type Sighting } from "./sightings.ts";

/** An app with the policy that holds for it, and its verdict, before anything has come of that. */
export type Candidate = {
  readonly app: App;
  readonly agent: AgentState;
  /** What sweeps have seen of the app while it was not in service. */
  readonly sighting: Sighting | undefined;
  readonly policy: AppPolicy;
  readonly verdict: Verdict;
};
export type StopCandidate = Candidate & { readonly verdict: Stop };

/** Judges every app that was observed. */
export function judgeApps(observed: Observation, policy: Policy, now: Date): readonly Candidate[] {
  return observed.apps.map((app) => {
    const sighting = sightingOf(observed.sightings, app.key);
    const appPolicy = policyFor(app, policy, observed);
    const heartbeat = assessHeartbeat(app, observed.readings.get(app.key) ?? { kind: "none" }, now);
    const inUnifiedStudio = observed.isUnifiedStudio.get(app.domainId);
    const facts = { app, heartbeat, runningSince: sighting?.upAt, inUnifiedStudio, policy: appPolicy, now };
    return { app, agent: agentState(facts), sighting, policy: appPolicy, verdict: decide(facts) };
  });
}

/**
 * Without what would stop an app for silence or for its age, where it is not known when it started, or whether its
 * domain is one that is left alone.
 */
function policyFor(app: App, policy: Policy, observed: Observation): AppPolicy {
  const { silentAfter, maxAge, ...others } = resolvePolicy(policy, app, observed.ownerOf);
  if (!observed.earlierAreKnown || !observed.isUnifiedStudio.has(app.domainId)) return others;
  return { ...others, ...(silentAfter !== undefined && { silentAfter }), ...(maxAge !== undefined && { maxAge }) };
}

export function wantsStop(candidate: Candidate): candidate is StopCandidate {
  return candidate.verdict.verdict === "stop";
}

/** What is reported of a candidate once something has come of its verdict. */
export function judgedAs({ app, agent, verdict }: Candidate, outcome: Outcome): Judged {
  return { app, agent, verdict, outcome };
}

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

/** An app with the policy that holds for it, and its verdict, before anything has come of that. */
export type Candidate = {
  readonly app: App;
  readonly agent: AgentState;
  readonly runningSince: Date | undefined;
  readonly policy: AppPolicy;
  readonly verdict: Verdict;
};
export type StopCandidate = Candidate & { readonly verdict: Stop };

/** Judges every app that was observed. */
export function judgeApps(observed: Observation, policy: Policy, now: Date): readonly Candidate[] {
  const { apps, readings, ownerOf } = observed;
  return apps.map((app) => {
    const runningSince = observed.runningSince(app.key);
    const appPolicy = resolvePolicy(policy, app, ownerOf);
    const heartbeat = assessHeartbeat(app, readings.get(app.key) ?? { kind: "none" }, now);
    const verdict = decide({ app, heartbeat, runningSince, policy: appPolicy, now });
    return { app, agent: agentState(app, heartbeat), runningSince, policy: appPolicy, verdict };
  });
}

export function wantsStop(candidate: Candidate): candidate is StopCandidate {
  return candidate.verdict.verdict === "stop";
}

/** What is reported of a candidate once something has come of its verdict. */
export function judgedAs({ app, agent, verdict }: Candidate, outcome: Outcome): Judged {
  return { app, agent, verdict, outcome };
}

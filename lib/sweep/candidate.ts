import type { App } from "../domain/app.ts";
import type { AgentState } from "../policy/coverage.ts";
import type { AppPolicy } from "../policy/document.ts";
import type { Outcome } from "../policy/outcome.ts";
import type { Stop, Verdict } from "../policy/verdict.ts";
import type { Judged } from "./report.ts";

/** An app with the policy and the verdict it got. */
export type Candidate = {
  readonly app: App;
  readonly agent: AgentState;
  readonly policy: AppPolicy;
  readonly verdict: Verdict;
};
export type StopCandidate = Candidate & { readonly verdict: Stop };

export function wantsStop(candidate: Candidate): candidate is StopCandidate {
  return candidate.verdict.verdict === "stop";
}

export function judgedAs({ app, agent, verdict }: Candidate, outcome: Outcome): Judged {
  return { app, agent, verdict, outcome };
}

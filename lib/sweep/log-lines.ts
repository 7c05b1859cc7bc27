import type { AppKey } from "../domain/app.ts";
import type { Heartbeat } from "../domain/heartbeat.ts";
import { AGENT_STATES, type AgentState } from "../policy/coverage.ts";
import { OUTCOMES } from "../policy/outcome.ts";
import { KEEP_REASONS, STOP_REASONS, type Verdict } from "../policy/verdict.ts";
import type { Judged, Report } from "./report.ts";

/** One app's verdict, as logs and `npm run sweep` show it. */
export type VerdictLine = {
  readonly app: AppKey;
  readonly verdict: Verdict["verdict"];
  readonly reason: string;
  readonly detail: string;
  readonly outcome: string;
  readonly agent: AgentState;
  readonly idleSeconds: number | null;
  readonly eligibleAt: string | null;
  /** The user profile that owns the app or its space; `null` where that is not known. */
  readonly user: string | null;
  /** The rule of the policy that holds for the app, or `defaults`. */
  readonly rule: string;
  readonly policyVersion: number;
  /** Idle seconds by source; `null` for one that could not be read. One that does not apply is absent. */
  readonly idle: Heartbeat["idle"];
};

type ForLines = Pick<Report, "policyVersion" | "userOf">;

export function verdictLine(
  { policyVersion, userOf }: ForLines,
  { app, agent, idle, policy, verdict, outcome }: Judged,
): VerdictLine {
  const { reason, detail, idleSeconds, eligibleAt } = verdict;
  return {
    app: app.key,
    verdict: verdict.verdict,
    reason,
    detail,
    outcome,
    agent,
    idleSeconds,
    eligibleAt: eligibleAt?.toISOString() ?? null,
    user: userOf(app) ?? null,
    rule: policy.rule ?? "defaults",
    policyVersion,
    idle: idle ?? {},
  };
}

/**
 * The sweep in one line: the counts of its apps by reason, by outcome and by the state of their agents, and of its
 * stops by reason. Counts of 0 are there, too, so that the line always has the same fields.
 */
export function summarize(report: Report) {
  const {
    mode,
    policyVersion,
    breaker = null,
    judged,
    warningsGiven,
    heartbeatsForgotten,
    quotaShareUsed,
    seconds,
    failures,
  } = report;
  const reasons = judged.map(({ verdict }) => verdict.reason);
  const outcomes = judged.map(({ outcome }) => outcome);
  const stopped = judged.flatMap(({ verdict, outcome }) =>
    outcome === "stopped" && verdict.verdict === "stop" ? [verdict.reason] : [],
  );
  const agents = judged.map(({ agent }) => agent);
  return {
    mode,
    policyVersion,
    breaker,
    apps: judged.length,
    reasons: tally([...KEEP_REASONS, ...STOP_REASONS], reasons),
    outcomes: tally(OUTCOMES, outcomes),
    stopped: tally(STOP_REASONS, stopped),
    coverage: tally(AGENT_STATES, agents),
    warningsGiven,
    heartbeatsForgotten,
    quotaShareUsed,
    seconds,
    failures: failures.map(({ message }) => message),
  };
}

function tally<K extends string>(kinds: readonly K[], found: readonly K[]): Readonly<Record<string, number>> {
  return Object.fromEntries(kinds.map((kind) => [kind, found.filter((one) => one === kind).length]));
}

import type { Metrics } from "@aws-lambda-powertools/metrics";
import type { AppKey } from "../domain/app.ts";
import { METRICS, type MetricName } from "../domain/metrics.ts";
import { AGENT_STATES, type AgentState } from "../policy/coverage.ts";
import { InvalidPolicy } from "../policy/document.ts";
import { OUTCOMES, type Outcome } from "../policy/outcome.ts";
import { KEEP_REASONS, STOP_REASONS } from "../policy/verdict.ts";
import { isWatched } from "../policy/watched.ts";
import { tally, type Judged, type Report } from "./report.ts";

/** One app's verdict, as logs and `npm run sweep` show it. */
export type VerdictLine = {
  readonly app: AppKey;
  readonly verdict: "keep" | "stop";
  readonly reason: string;
  readonly detail: string;
  readonly outcome: string;
  readonly agent: AgentState;
  readonly idleSeconds: number | null;
  readonly eligibleAt: string | null;
};

export function verdictLine({
  app,
  agent,
  verdict: { verdict, reason, detail, idleSeconds, eligibleAt },
  outcome,
}: Judged): VerdictLine {
  return {
    app: app.key,
    verdict,
    reason,
    detail,
    outcome,
    agent,
    idleSeconds,
    eligibleAt: eligibleAt?.toISOString() ?? null,
  };
}

/** The sweep in one line: how many apps were judged for each reason, what came of it, why the stopped ones were, and how many agents are heard. */
export function summarize(report: Report) {
  const { mode, judged, heartbeatsForgotten, quotaShareUsed, seconds, failures } = report;
  return {
    mode,
    apps: judged.length,
    reasons: tally(
      [...KEEP_REASONS, ...STOP_REASONS],
      judged.map(({ verdict }) => verdict.reason),
    ),
    outcomes: tally(
      OUTCOMES,
      judged.map(({ outcome }) => outcome),
    ),
    stopped: tally(
      STOP_REASONS,
      judged.flatMap(({ verdict, outcome }) =>
        outcome === "stopped" && verdict.verdict === "stop" ? [verdict.reason] : [],
      ),
    ),
    coverage: tally(
      AGENT_STATES,
      judged.map(({ agent }) => agent),
    ),
    heartbeatsForgotten,
    quotaShareUsed,
    seconds,
    failures: failures.map(({ message }) => message),
  };
}

/** Emits the metrics of a sweep that judged the account. */
export function countReport(metrics: Metrics, { judged, failures, seconds, quotaShareUsed }: Report): void {
  const came = (...to: readonly Outcome[]) => judged.filter(({ outcome }) => to.includes(outcome)).length;
  const heard = (state: AgentState) => judged.filter(({ agent }) => agent === state).length;
  emit(metrics, "AppsRunning", judged.filter(({ app }) => isWatched(app)).length);
  emit(metrics, "AppsReporting", heard("live"));
  emit(metrics, "AppsIdle", judged.filter(({ verdict }) => verdict.verdict === "stop").length);
  emit(metrics, "AppsStopped", came("stopped"));
  emit(metrics, "StopsHeld", came("over-budget", "breaker"));
  emit(metrics, "HeartbeatsUnreadable", heard("unreadable"));
  emit(metrics, "PolicyInvalid", 0);
  emit(metrics, "SweepFailures", failures.length);
  emit(metrics, "SweepSeconds", seconds);
  emit(metrics, "QuotaShareUsed", 100 * quotaShareUsed);
}

/**
 * Emits what is known of a sweep that failed before it judged anything. Whether the policy is valid is not, unless that was the failure; nothing
 * is said of it then, and its alarm stays as it is.
 */
export function countFailure(metrics: Metrics, error: unknown, seconds: number): void {
  if (error instanceof InvalidPolicy) emit(metrics, "PolicyInvalid", 1);
  emit(metrics, "SweepFailures", 1);
  emit(metrics, "SweepSeconds", seconds);
}

function emit(metrics: Metrics, name: MetricName, value: number): void {
  metrics.addMetric(name, METRICS[name], value);
}

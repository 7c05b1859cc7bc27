import type { Metrics } from "@aws-lambda-powertools/metrics";
import { METRICS, type MetricName } from "../domain/metrics.ts";
import type { AgentState } from "../policy/coverage.ts";
import { InvalidPolicy } from "../policy/document.ts";
import type { Outcome } from "../policy/outcome.ts";
import type { Judged, Report } from "./report.ts";

/** Emits the metrics of a sweep that judged the account. */
export function emitReport(metrics: Metrics, { judged, failures, seconds, quotaShareUsed }: Report): void {
  const countOutcomes = (of: readonly Judged[], ...outcomes: readonly Outcome[]) =>
    of.filter(({ outcome }) => outcomes.includes(outcome)).length;
  // Apps in a dry run stay idle for ever, and would hold the alarm of held stops up.
  const live = judged.filter(({ policy }) => policy.mode === "live");
  const countAgents = (...states: readonly AgentState[]) => judged.filter(({ agent }) => states.includes(agent)).length;
  emit(metrics, "AppsRunning", judged.filter(({ agent }) => agent !== "not-watched").length);
  emit(metrics, "AppsReporting", countAgents("live", "incomplete"));
  emit(metrics, "AppsIdle", judged.filter(({ verdict }) => verdict.verdict === "stop").length);
  emit(metrics, "AppsStopped", countOutcomes(judged, "stopped"));
  emit(metrics, "StopsHeld", countOutcomes(live, "over-budget", "breaker"));
  emit(metrics, "HeartbeatsUnreadable", countAgents("unreadable", "incomplete"));
  emit(metrics, "PolicyInvalid", 0);
  emit(metrics, "SweepFailures", failures.length);
  emit(metrics, "SweepSeconds", seconds);
  emit(metrics, "QuotaShareUsed", 100 * quotaShareUsed);
}

/**
 * Emits the one metric of a sweep that did nothing, since another was at work. How long it took is none of them: where
 * each sweep finds another at work and none ends, the alarm that watches for that has to ring.
 */
export function emitSkipped(metrics: Metrics, quotaShareUsed: number): void {
  emit(metrics, "QuotaShareUsed", 100 * quotaShareUsed);
}

/**
 * Emits the metrics of a sweep that failed before it judged anything. `PolicyInvalid` is among them only where that was
 * the failure: otherwise nothing is known of the policy, and the alarm keeps its state.
 */
export function emitFailure(metrics: Metrics, error: unknown, seconds: number): void {
  if (error instanceof InvalidPolicy) emit(metrics, "PolicyInvalid", 1);
  emit(metrics, "SweepFailures", 1);
  emit(metrics, "SweepSeconds", seconds);
}

function emit(metrics: Metrics, name: MetricName, value: number): void {
  metrics.addMetric(name, METRICS[name], value);
}

import type { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, type Metrics } from "@aws-lambda-powertools/metrics";
import type { AppKey } from "./domain/app.ts";
import { isWatched } from "./policy/decide.ts";
import type { KeepReason } from "./policy/verdict.ts";
import { tally, type Judged, type Report } from "./report.ts";

const WITHOUT_WORD: readonly string[] = ["no-heartbeat", "stale-heartbeat", "bad-heartbeat"] satisfies KeepReason[];

/** One app's verdict, as logs and `npm run sweep` show it. */
export type VerdictLine = {
  readonly app: AppKey;
  readonly verdict: "keep" | "stop";
  readonly reason: string;
  readonly detail: string;
  readonly outcome: string;
  readonly idleSeconds: number | null;
  readonly eligibleAt: string | null;
};

export function verdictLine({ app, verdict: { verdict, reason, detail, idleSeconds, eligibleAt }, outcome }: Judged): VerdictLine {
  return { app: app.key, verdict, reason, detail, outcome, idleSeconds, eligibleAt: eligibleAt?.toISOString() ?? null };
}

/** The sweep in one line. */
export function summarize(report: Report) {
  const { mode, judged, heartbeatsForgotten, quotaShareUsed, seconds, failures } = report;
  return {
    mode,
    apps: judged.length,
    reasons: tally(judged, ({ verdict }) => verdict.reason),
    outcomes: tally(judged, ({ outcome }) => outcome),
    heartbeatsForgotten,
    quotaShareUsed,
    seconds,
    failures: failures.map(({ message }) => message),
  };
}

/** Custom metrics are billed each, so there are ten, for the whole account, with no dimension of an app's. */
export function countReport(metrics: Metrics, report: Report): void {
  const { judged, failures, seconds, quotaShareUsed } = report;
  const watched = judged.filter(({ app }) => isWatched(app));
  const outcomes = tally(judged, ({ outcome }) => outcome);
  const count = (name: string, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
  count("AppsRunning", watched.length);
  count("AppsReporting", watched.filter(({ verdict }) => !WITHOUT_WORD.includes(verdict.reason)).length);
  count("AppsIdle", judged.filter(({ verdict }) => verdict.verdict === "stop").length);
  count("AppsStopped", outcomes.stopped ?? 0);
  count("StopsChanged", outcomes.changed ?? 0);
  count("StopsHeld", (outcomes["over-budget"] ?? 0) + (outcomes.breaker ?? 0));
  count("HeartbeatsUnreadable", judged.filter(({ verdict }) => verdict.reason === "bad-heartbeat").length);
  count("SweepFailures", failures.length);
  metrics.addMetric("SweepSeconds", MetricUnit.Seconds, seconds);
  metrics.addMetric("QuotaShareUsed", MetricUnit.Percent, 100 * quotaShareUsed);
}

/** Remembers each app's last verdict for as long as the function stays warm, to log a line per change and none per app per sweep. */
export class VerdictLog {
  #last: ReadonlyMap<AppKey, string> = new Map();

  /** Logs what changed since the last sweep, each failure, and one summary. */
  write(logger: Logger, report: Report): void {
    for (const judged of report.judged) {
      if (this.#last.get(judged.app.key) !== shortly(judged)) logger.info("verdict", { ...verdictLine(judged), instanceType: judged.app.instanceType });
    }
    for (const failure of report.failures) logger.error("failure", failure);
    logger.info("sweep", summarize(report));
    this.#last = new Map(report.judged.map((judged) => [judged.app.key, shortly(judged)]));
  }
}

function shortly({ app, verdict, outcome }: Judged): string {
  return `${app.createdAt.toISOString()} ${verdict.reason} ${outcome}`;
}

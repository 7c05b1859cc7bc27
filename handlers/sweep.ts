import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import { createPorts } from "../lib/aws/ports.ts";
import { NAMESPACE } from "../lib/domain/metrics.ts";
import { secondsBetween } from "../lib/policy/time.ts";
import { readSweepConfig } from "../lib/sweep/config.ts";
import { emitFailure, emitReport, emitSkipped } from "../lib/sweep/emit-metrics.ts";
import { summarize, verdictLine, type VerdictLine } from "../lib/sweep/log-lines.ts";
import { SweepFailed, type Report, type Skipped } from "../lib/sweep/report.ts";
import { sweepAlone } from "../lib/sweep/sweep-alone.ts";
import { VerdictLog } from "../lib/sweep/verdict-log.ts";

/** A function's answer may have 6 MB, and a verdict has 400 to 700 bytes. */
const MAX_VERDICTS = 8_000;

const config = readSweepConfig(process.env);
const logger = new Logger({ serviceName: config.service });
const metrics = new Metrics({ serviceName: config.service, namespace: NAMESPACE });
const verdicts = new VerdictLog();
const ports = createPorts(config);

/** What an invocation answers, for whoever invokes the function by hand; the schedule ignores it. */
export type SweepAnswer = {
  readonly summary: ReturnType<typeof summarize> | Skipped;
  readonly verdicts: readonly VerdictLine[];
};

/**
 * Sweeps the account once, unless another sweep is at work. Rejects with `SweepFailed` where anything failed, so that
 * Lambda counts an error and the alarm rings.
 */
export const handler = middy<ScheduledEvent, SweepAnswer>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(async (_event, context) => {
    const report = await sweepAndMeasure(() => context.getRemainingTimeInMillis());
    if ("skippedUntil" in report) {
      emitSkipped(metrics, ports.quotaShareUsed());
      logger.info("skipped", { until: report.skippedUntil.toISOString() });
      return { summary: report, verdicts: [] };
    }
    emitReport(metrics, report);
    verdicts.write(logger, report, new Date());
    if (report.failures.length > 0) throw new SweepFailed(report);
    const answered = report.judged.slice(0, MAX_VERDICTS);
    return { summary: summarize(report), verdicts: answered.map((judged) => verdictLine(report, judged)) };
  });

/** Emits and logs the failure of a sweep that could not observe the account, and that therefore has no report. */
async function sweepAndMeasure(remainingMs: () => number): Promise<Report | Skipped> {
  const startedAt = new Date();
  try {
    return await sweepAlone(ports, () => new Date(), remainingMs);
  } catch (error) {
    emitFailure(metrics, error, secondsBetween(startedAt, new Date()));
    logger.error("nothing was judged or stopped", { error });
    throw error;
  }
}

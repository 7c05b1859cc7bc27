import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import { countReport, summarize, VerdictLog, verdictLine, type VerdictLine } from "../lib/announce.ts";
import { createPorts } from "../lib/aws/ports.ts";
import { readConfig } from "../lib/config.ts";
import { SweepFailed, type Report } from "../lib/report.ts";
import { sweep } from "../lib/sweep.ts";

/** A function's answer may have 6 MB; a verdict takes about 300 bytes. */
const MOST_LINES = 10_000;

const serviceName = "studio-reaper";
const logger = new Logger({ serviceName });
const metrics = new Metrics({ serviceName, namespace: "StudioReaper" });
const verdicts = new VerdictLog();
const ports = createPorts(readConfig(process.env));

/** What an invocation answers: the schedule ignores it, a person who invokes the function by hand reads it. */
export type SweepAnswer = { readonly summary: ReturnType<typeof summarize>; readonly verdicts: readonly VerdictLine[] };

/** Sweeps the account once. Rejects with `SweepFailed` where anything failed, so that Lambda counts an error and the alarm rings. */
export const handler = middy<ScheduledEvent, SweepAnswer>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(async () => {
    const report = await sweepOrCount();
    countReport(metrics, report);
    verdicts.write(logger, report);
    if (report.failures.length > 0) throw new SweepFailed(report);
    return { summary: summarize(report), verdicts: report.judged.slice(0, MOST_LINES).map(verdictLine) };
  });

/** A sweep that could not even look stops nothing and has nothing to report but its failure. */
async function sweepOrCount(): Promise<Report> {
  try {
    return await sweep(ports, () => new Date());
  } catch (error) {
    metrics.addMetric("SweepFailures", MetricUnit.Count, 1);
    logger.error("nothing was judged or stopped", { error });
    throw error;
  }
}

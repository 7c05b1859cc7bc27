import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { ScheduledEvent } from "aws-lambda";
import { countFailure, countReport, summarize, verdictLine, type VerdictLine } from "../lib/sweep/announce.ts";
import { createPorts } from "../lib/aws/ports.ts";
import { readConfig } from "../lib/sweep/config.ts";
import { NAMESPACE } from "../lib/domain/metrics.ts";
import { secondsBetween } from "../lib/policy/time.ts";
import { SweepFailed, type Report } from "../lib/sweep/report.ts";
import { sweep } from "../lib/sweep/sweep.ts";
import { VerdictLog } from "../lib/sweep/verdict-log.ts";

/** A function's answer may have 6 MB; a verdict takes about 300 bytes. */
const MOST_LINES = 10_000;

const config = readConfig(process.env);
const logger = new Logger({ serviceName: config.service });
const metrics = new Metrics({ serviceName: config.service, namespace: NAMESPACE });
const verdicts = new VerdictLog();
const ports = createPorts(config);

/** What an invocation answers: the schedule ignores it, a person who invokes the function by hand reads it. */
export type SweepAnswer = { readonly summary: ReturnType<typeof summarize>; readonly verdicts: readonly VerdictLine[] };

/** Sweeps the account once. Rejects with `SweepFailed` where anything failed, so that Lambda counts an error and the alarm rings. */
export const handler = middy<ScheduledEvent, SweepAnswer>()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(async (_event, context) => {
    const report = await sweepOrCount(() => context.getRemainingTimeInMillis());
    countReport(metrics, report);
    verdicts.write(logger, report, new Date());
    if (report.failures.length > 0) throw new SweepFailed(report);
    return { summary: summarize(report), verdicts: report.judged.slice(0, MOST_LINES).map(verdictLine) };
  });

/** A sweep that could not even look stops nothing and has nothing to report but its failure. */
async function sweepOrCount(remainingMs: () => number): Promise<Report> {
  const startedAt = new Date();
  try {
    return await sweep(ports, () => new Date(), remainingMs);
  } catch (error) {
    countFailure(metrics, error, secondsBetween(startedAt, new Date()));
    logger.error("nothing was judged or stopped", { error });
    throw error;
  }
}

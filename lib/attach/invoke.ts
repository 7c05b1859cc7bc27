import { composeAnswer, isRequestLike, parseRequest } from "./cloudformation.ts";
import { handleRequest, withDeadline, type ResourceRun } from "./custom-resource.ts";
import { Journal, type ChangedItem, type SkippedItem } from "./journal.ts";
import { asOnlyRun } from "./one-run.ts";
import { publishOutcome } from "./publish-outcome.ts";
import { reconcile } from "./reconcile.ts";

/** The part of an invocation's time that is kept for the answer and its retries. */
const ANSWER_MS = 20_000;

/** What an invocation runs with. */
export type Invocation = ResourceRun & {
  readonly answer: (url: string, body: string) => Promise<void>;
  readonly remainingMs: () => number;
  readonly logStream: string;
};

/** What one invocation did, for a person who invokes the function by hand. */
export type AttachReport = {
  readonly changed: readonly ChangedItem[];
  readonly leftAlone: readonly SkippedItem[];
  readonly failures: readonly string[];
};

/** A scheduled run that failed at something: thrown, so that Lambda counts an error and the alarm rings. */
export class AttachmentFailed extends AggregateError {
  override readonly name = "AttachmentFailed";
}

/**
 * Attaches, or at a Delete detaches. Answers a request of CloudFormation's exactly once, whatever happens; the answer
 * is a failure only where our own parts could not be made. Without a request, throws whatever failed.
 */
export async function invoke(event: unknown, invocation: Invocation): Promise<AttachReport> {
  const journal = new Journal(invocation.log);
  const request = parseRequest(event);
  if (request === undefined) {
    if (isRequestLike(event)) throw new Error("the event has no ResponseURL to answer to");
    return runScheduled(invocation, journal);
  }
  const work = handleRequest(request, invocation, journal);
  const outcome = await withDeadline(work, invocation.remainingMs() - ANSWER_MS);
  if (outcome.kind === "failed") invocation.log.error("failed", { on: request.RequestType, why: outcome.why });
  await invocation.answer(request.ResponseURL, composeAnswer(request, outcome, invocation.logStream));
  return reportOf(journal);
}

async function runScheduled({ config: readConfig, ...run }: Invocation, journal: Journal): Promise<AttachReport> {
  const config = readConfig();
  const ports = run.ports(config);
  const outcome = await asOnlyRun(ports, async () => {
    await reconcile(ports, config, journal);
    await publishOutcome(ports, journal, "schedule");
  });
  if (outcome.kind === "held") run.log.info("another run is at work", { until: outcome.until.toISOString() });
  const report = reportOf(journal);
  const { failures } = report;
  if (failures.length === 0) return report;
  throw new AttachmentFailed(journal.failures, `${failures.length} failed: ${failures.join("; ")}`);
}

const reportOf = ({ changed, skipped, failures }: Journal): AttachReport => ({
  changed,
  leftAlone: skipped,
  failures: failures.map(({ message }) => message),
});

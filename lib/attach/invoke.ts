import { setTimeout as sleep } from "node:timers/promises";
import { isNamed, sayError } from "../domain/errors.ts";
import {
  composeAnswer,
  isRequestLike,
  NEVER_BEGUN_ID,
  parseRequest,
  type Outcome,
  type Request,
} from "./cloudformation.ts";
import type { AttachConfig } from "./config.ts";
import type { AppType } from "./holder.ts";
import { Journal, type Changed, type Left, type Log } from "./journal.ts";
import type { AttachPorts } from "./ports.ts";
import { reconcile, remove } from "./reconcile.ts";

/** What remains for the answer once the time is over, with its retries. */
const ANSWER_MS = 20_000;

/** With the waits between them, half a minute. */
const MOST_DENIALS = 9;

/** What an invocation runs with. */
export type Invocation = {
  /** Reads the environment; throws where it is not right. */
  readonly config: () => AttachConfig;
  readonly ports: (config: AttachConfig) => AttachPorts;
  readonly answer: (url: string, body: string) => Promise<void>;
  readonly remainingMs: () => number;
  readonly logStream: string;
  readonly log: Log;
};

/** What one invocation did; a person who invokes the function by hand reads it. */
export type AttachReport = {
  readonly changed: readonly Changed[];
  readonly leftAlone: readonly Left[];
  readonly failures: readonly string[];
};

/** A run of the schedule that failed at something: thrown, so that Lambda counts an error and the alarm rings. */
export class AttachmentFailed extends AggregateError {
  override readonly name = "AttachmentFailed";
}

/**
 * Attaches, or at a Delete detaches. A request of CloudFormation's is answered exactly once, whatever happens, and fails only where our
 * own parts could not be made; without a request, anything that failed is thrown.
 */
export async function invoke(event: unknown, invocation: Invocation): Promise<AttachReport> {
  const journal = new Journal(invocation.log);
  const request = parseRequest(event);
  if (request === undefined) {
    if (isRequestLike(event)) throw new Error("the event has no ResponseURL to answer to");
    return runScheduled(invocation, journal);
  }
  const outcome = await withinTime(run(request, invocation, journal), invocation.remainingMs() - ANSWER_MS);
  if (outcome.kind === "failed") invocation.log.error("failed", { on: request.RequestType, why: outcome.why });
  await invocation.answer(request.ResponseURL, composeAnswer(request, outcome, invocation.logStream));
  return reportOf(journal);
}

async function runScheduled({ config: readConfig, ports }: Invocation, journal: Journal): Promise<AttachReport> {
  const config = readConfig();
  await reconcile(ports(config), config, journal);
  if (journal.failures.length > 0)
    throw new AttachmentFailed(
      journal.failures,
      `${journal.failures.length} failed: ${journal.failures.map(({ message }) => message).join("; ")}`,
    );
  return reportOf(journal);
}

async function run(
  { RequestType, PhysicalResourceId }: Request,
  invocation: Invocation,
  journal: Journal,
): Promise<Outcome> {
  if (RequestType === "Delete" && PhysicalResourceId === NEVER_BEGUN_ID)
    return { kind: "done", data: {}, problems: [] };
  let hasBegun = false;
  try {
    const config = invocation.config();
    const ports = invocation.ports(config);
    hasBegun = true;
    switch (RequestType) {
      case "Create":
      case "Update":
        return {
          kind: "done",
          data: arnData(await onceAllowed(() => reconcile(ports, config, journal), ports.time)),
          problems: problemsOf(journal),
        };
      case "Delete":
        await remove(ports, config, journal);
        return { kind: "done", data: {}, problems: problemsOf(journal) };
      default:
        return {
          kind: "failed",
          why: `RequestType: expected Create, Update or Delete, got ${JSON.stringify(RequestType)}`,
        };
    }
  } catch (error) {
    invocation.log.error("failed", { on: RequestType, error });
    return { kind: "failed", why: messageOf(error), neverBegun: !hasBegun && RequestType === "Create" };
  }
}

/** A role that was made a moment ago is not known everywhere at once: what it is denied at first may only be too early. */
async function onceAllowed<T>(act: () => Promise<T>, time: AttachPorts["time"]): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (
        !isNamed(error, "AccessDeniedException", "AccessDenied") ||
        tries >= MOST_DENIALS ||
        time.isShort() ||
        !(await time.waited(tries))
      )
        throw error;
    }
  }
}

/** CloudFormation waits an hour for an answer that does not come; one that says that the time is over is worth more. */
async function withinTime(work: Promise<Outcome>, ms: number): Promise<Outcome> {
  const done = new AbortController();
  const over = sleep<Outcome>(
    Math.max(0, ms),
    { kind: "failed", why: "the time of the invocation is over; what was done is kept, and the next run goes on" },
    { signal: done.signal },
  );
  try {
    return await Promise.race([work, over]);
  } finally {
    done.abort();
    over.catch(() => undefined);
  }
}

const arnData = (arns: Readonly<Record<AppType, string>>) => ({
  JupyterLabArn: arns.JupyterLab,
  CodeEditorArn: arns.CodeEditor,
});

const problemsOf = ({ failures, left }: Journal): readonly string[] => [
  ...failures.map(({ message }) => message),
  ...left.map(({ on, setting, value, reason }) =>
    [on, setting, `${reason}${value ? ` (${value})` : ""}`].filter(Boolean).join(" "),
  ),
];

const reportOf = ({ changed, left, failures }: Journal): AttachReport => ({
  changed,
  leftAlone: left,
  failures: failures.map(({ message }) => message),
});

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return `${error.message}: ${error.errors.map(messageOf).join("; ")}`;
  return sayError(error);
}

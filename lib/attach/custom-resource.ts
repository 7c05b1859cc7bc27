import { setTimeout as sleep } from "node:timers/promises";
import { isNamed, sayError } from "../domain/errors.ts";
import { NEVER_BEGUN_ID, type Outcome, type Request } from "./cloudformation.ts";
import type { AttachConfig } from "./config.ts";
import type { Journal, Log, SkippedItem } from "./journal.ts";
import { afterOtherRuns } from "./one-run.ts";
import type { AttachPorts } from "./ports.ts";
import { publishLeftBehind, publishOutcome } from "./publish-outcome.ts";
import { reconcile, remove } from "./reconcile.ts";

/** What CloudFormation's custom resource is made, changed and deleted with. */
export type ResourceRun = {
  /** Reads the environment; throws where a variable is wrong. */
  readonly config: () => AttachConfig;
  readonly ports: (config: AttachConfig) => AttachPorts;
  readonly log: Log;
};

/** About half a minute, with the waits in between. */
const MOST_DENIALS = 9;

/** Does what a request asks for. Never throws: an error is a failed outcome. */
export async function handleRequest(request: Request, run: ResourceRun, journal: Journal): Promise<Outcome> {
  const { RequestType, PhysicalResourceId } = request;
  if (RequestType === "Delete" && PhysicalResourceId === NEVER_BEGUN_ID)
    return { kind: "done", data: {}, problems: [] };
  let hasBegun = false;
  try {
    const config = run.config();
    const ports = run.ports(config);
    hasBegun = true;
    return await carryOut(RequestType, ports, config, journal);
  } catch (error) {
    run.log.error("failed", { on: RequestType, error });
    return { kind: "failed", why: messageOf(error), neverBegun: !hasBegun && RequestType === "Create" };
  }
}

async function carryOut(
  requestType: string,
  ports: AttachPorts,
  config: AttachConfig,
  journal: Journal,
): Promise<Outcome> {
  switch (requestType) {
    case "Create":
    case "Update": {
      const attach = () =>
        afterOtherRuns(ports, async () => {
          const made = await reconcile(ports, config, journal);
          await publishOutcome(ports, journal, "deploy");
          return made;
        });
      const arns = await retryWhileDenied(attach, ports.time);
      const data = { JupyterLabArn: arns.JupyterLab, CodeEditorArn: arns.CodeEditor };
      return { kind: "done", data, problems: problemsOf(journal) };
    }
    case "Delete":
      await afterOtherRuns(ports, () => remove(ports, config, journal));
      await publishLeftBehind(ports, journal);
      await ports.lease.forget();
      return { kind: "done", data: {}, problems: problemsOf(journal) };
    default: {
      const why = `RequestType: expected Create, Update or Delete, got ${JSON.stringify(requestType)}`;
      return { kind: "failed", why };
    }
  }
}

/** IAM takes seconds to know a new role everywhere, so that its first calls may be denied. */
async function retryWhileDenied<T>(act: () => Promise<T>, time: AttachPorts["time"]): Promise<T> {
  for (let denials = 0; ; denials++) {
    try {
      return await act();
    } catch (error) {
      if (!isNamed(error, "AccessDeniedException", "AccessDenied") || denials >= MOST_DENIALS) throw error;
      if (time.isRunningOut() || !(await time.waitToLookAgain(denials))) throw error;
    }
  }
}

/** A failed outcome where the work takes too long: CloudFormation waits an hour for an answer that never comes. */
export async function withDeadline(work: Promise<Outcome>, ms: number): Promise<Outcome> {
  const done = new AbortController();
  const why = "the time of the invocation is over; what was done stays, and the next run continues";
  const deadline = sleep<Outcome>(Math.max(0, ms), { kind: "failed", why }, { signal: done.signal });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    done.abort();
    deadline.catch(() => undefined);
  }
}

const problemsOf = ({ failures, skipped }: Journal): readonly string[] => [
  ...failures.map(({ message }) => message),
  ...skipped.map(describe),
];

const describe = ({ on, setting, value, reason }: SkippedItem): string =>
  [on, setting, `${reason}${value ? ` (${value})` : ""}`].filter(Boolean).join(" ");

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return `${error.message}: ${error.errors.map(messageOf).join("; ")}`;
  return sayError(error);
}

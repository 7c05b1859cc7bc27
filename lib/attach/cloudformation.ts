import * as v from "valibot";

/** What CloudFormation waits for an answer to. Only the address to answer to has to be right: whatever else is not is answered with its mistake. */
const Request = v.object({
  RequestType: v.fallback(v.string(), ""),
  ResponseURL: v.pipe(v.string(), v.url()),
  StackId: v.fallback(v.string(), ""),
  RequestId: v.fallback(v.string(), ""),
  LogicalResourceId: v.fallback(v.string(), ""),
  PhysicalResourceId: v.fallback(v.optional(v.string()), undefined),
});

/** A request of CloudFormation's to make, change or delete the custom resource. */
export type Request = v.InferOutput<typeof Request>;

/** The id of the custom resource: always the same, since CloudFormation deletes what had another one. */
export const PHYSICAL_ID = "studio-attachment";

/**
 * The id where a Create failed before anything was done. The Delete that follows in the rollback has it, and the same mistake that the
 * Create failed for: there is nothing to undo.
 */
export const NEVER_BEGUN_ID = "studio-attachment-never-begun";

/** CloudFormation takes at most 4096 bytes of answer. */
const MOST_REASON_BYTES = 1024;
const MOST_PROBLEMS_BYTES = 1536;

export type Outcome =
  | { readonly kind: "done"; readonly data: Readonly<Record<string, string>>; readonly problems: readonly string[] }
  | { readonly kind: "failed"; readonly why: string; readonly neverBegun?: boolean };

/** Reads a request; `undefined` where the event is none, or says not where to answer to. */
export function parseRequest(event: unknown): Request | undefined {
  const parsed = v.safeParse(Request, event);
  return parsed.success ? parsed.output : undefined;
}

/** Whether an event claims to be CloudFormation's. */
export const isRequestLike = (event: unknown): boolean =>
  v.is(v.union([v.object({ RequestType: v.unknown() }), v.object({ ResponseURL: v.unknown() })]), event);

/** The answer's body. */
export function composeAnswer(
  { StackId, RequestId, LogicalResourceId }: Request,
  outcome: Outcome,
  logStream: string,
): string {
  const ids = { StackId, RequestId, LogicalResourceId };
  const see = ` (log stream ${logStream})`;
  const reason = (text: string): string => truncated(text, MOST_REASON_BYTES - Buffer.byteLength(see)) + see;
  if (outcome.kind === "failed") {
    return JSON.stringify({
      Status: "FAILED",
      Reason: reason(outcome.why),
      PhysicalResourceId: outcome.neverBegun ? NEVER_BEGUN_ID : PHYSICAL_ID,
      ...ids,
    });
  }
  const problems = outcome.problems.join("\n");
  const summary = problems === "" ? "done" : `done, but ${outcome.problems.length} left or failed: ${problems}`;
  const Data = { ...outcome.data, Problems: truncated(problems, MOST_PROBLEMS_BYTES) };
  return JSON.stringify({ Status: "SUCCESS", Reason: reason(summary), PhysicalResourceId: PHYSICAL_ID, ...ids, Data });
}

function truncated(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const end = Buffer.from(text)
    .subarray(0, bytes - Buffer.byteLength("…"))
    .toString();
  // A character that was cut in two becomes one that is not in the text.
  return `${end.replace(/\uFFFD+$/, "")}…`;
}

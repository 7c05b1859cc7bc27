import * as v from "valibot";

/** What CloudFormation sends. Only the address for the answer must be right: any other mistake is answered. */
const Request = v.object({
  RequestType: v.fallback(v.string(), ""),
  ResponseURL: v.pipe(v.string(), v.url()),
  StackId: v.fallback(v.string(), ""),
  RequestId: v.fallback(v.string(), ""),
  LogicalResourceId: v.fallback(v.string(), ""),
  PhysicalResourceId: v.fallback(v.optional(v.string()), undefined),
});

/** CloudFormation asks to make, change or delete the custom resource. */
export type Request = v.InferOutput<typeof Request>;

/** The custom resource's id. It never changes, because CloudFormation then deletes the resource with the former id. */
export const PHYSICAL_ID = "studio-attachment";

/**
 * The id after a Create that failed before it did anything. The rollback's Delete has this id, and the same mistake
 * that the Create failed for, and there is nothing to undo.
 */
export const NEVER_BEGUN_ID = "studio-attachment-never-begun";

/** CloudFormation accepts at most 4096 bytes as the answer. */
const MOST_REASON_BYTES = 1024;
const MOST_PROBLEMS_BYTES = 1536;

export type Outcome =
  | { readonly kind: "done"; readonly data: Readonly<Record<string, string>>; readonly problems: readonly string[] }
  | { readonly kind: "failed"; readonly why: string; readonly neverBegun?: boolean };

/** Parses a request; `undefined` for another event, or a request without an address for the answer. */
export function parseRequest(event: unknown): Request | undefined {
  const parsed = v.safeParse(Request, event);
  return parsed.success ? parsed.output : undefined;
}

/** Whether an event looks like a request of CloudFormation. */
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
  const summary =
    problems === "" ? "done" : `done, but ${outcome.problems.length} failed or were left alone: ${problems}`;
  const Data = { ...outcome.data, Problems: truncated(problems, MOST_PROBLEMS_BYTES) };
  return JSON.stringify({ Status: "SUCCESS", Reason: reason(summary), PhysicalResourceId: PHYSICAL_ID, ...ids, Data });
}

function truncated(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const end = Buffer.from(text)
    .subarray(0, bytes - Buffer.byteLength("…"))
    .toString();
  // The decoder shows a character that was cut in two as U+FFFD.
  return `${end.replace(/\uFFFD+$/, "")}…`;
}

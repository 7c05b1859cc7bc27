import * as v from "valibot";
import type { Journal } from "./journal.ts";

const Names = v.object({ count: v.number(), first: v.array(v.string()) });

const Outcome = v.object({
  v: v.literal(1),
  /** Domains (`d-1`) and profiles (`d-1/ada`) that have the agent. */
  attached: Names,
  /** What has it not, or not everywhere, each with the reason: `d-1 (occupied)`. */
  leftAlone: Names,
  /** Where SageMaker's own idle shutdown is on. */
  idleShutdowns: Names,
  failures: Names,
  /** The apps that ran without an agent when the stack was last deployed, of all that ran in what is attached. */
  waiting: v.exactOptional(v.object({ apps: v.number(), of: v.number(), at: v.string() })),
});

/** What a run left behind, kept in Parameter Store for the deploy's last words and `serverless info`. */
export type AttachOutcome = v.InferOutput<typeof Outcome>;

export type Waiting = NonNullable<AttachOutcome["waiting"]>;

/** A standard parameter's value has at most this many bytes. */
const MOST_BYTES = 4096;

const MOST_NAMED = 10;
const MOST_CHARACTERS = 200;

/** The name of the outcome's parameter. It lies among the records of what was attached, but is none of them. */
export const outcomeName = (prefix: string): string => `${prefix}/attachments/outcome`;

/** The outcome of a run as its journal has it, with as many names as fit one parameter. */
export function formatOutcome({ attached, skipped, failures }: Journal, waiting: Waiting | undefined): string {
  const idle = skipped.filter(({ reason }) => reason === "aws-idle-shutdown");
  const alone = skipped.filter(({ reason }) => reason !== "aws-idle-shutdown" && reason !== "in-use");
  const outcome = (mostNamed: number): AttachOutcome => ({
    v: 1,
    attached: named(attached, mostNamed),
    leftAlone: named(
      alone.map(({ on, reason }) => `${on} (${reason})`),
      mostNamed,
    ),
    idleShutdowns: named(
      idle.map(({ on }) => on),
      mostNamed,
    ),
    failures: named(
      failures.map(({ message }) => message),
      mostNamed,
    ),
    ...(waiting && { waiting }),
  });
  const texts = Array.from({ length: MOST_NAMED }, (_, i) => JSON.stringify(outcome(MOST_NAMED - i)));
  return texts.find((text) => Buffer.byteLength(text) <= MOST_BYTES) ?? JSON.stringify(outcome(0));
}

/** Reads an outcome back; `undefined` where the text is none. */
export function parseOutcome(text: string): AttachOutcome | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Outcome), text);
  return parsed.success ? parsed.output : undefined;
}

function named(all: readonly string[], most: number): AttachOutcome["attached"] {
  const names = [...new Set(all)];
  return { count: names.length, first: names.slice(0, most).map((name) => name.slice(0, MOST_CHARACTERS)) };
}

import * as v from "valibot";
import type { Journal, SkippedItem } from "./journal.ts";

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
  return format((most) => ({
    v: 1,
    attached: named(attached, most),
    leftAlone: named(alone.map(describe), most),
    idleShutdowns: named(
      idle.map(({ on }) => on),
      most,
    ),
    failures: named(messagesOf(failures), most),
    ...(waiting && { waiting }),
  }));
}

/** What a removal could not undo, or had to leave; `undefined` where that is nothing. */
export function formatLeftBehind({ skipped, failures }: Journal): string | undefined {
  if (skipped.length === 0 && failures.length === 0) return undefined;
  const none = named([], 0);
  return format((most) => ({
    v: 1,
    attached: none,
    leftAlone: named(skipped.map(describe), most),
    idleShutdowns: none,
    failures: named(messagesOf(failures), most),
  }));
}

function format(outcome: (mostNamed: number) => AttachOutcome): string {
  const texts = Array.from({ length: MOST_NAMED }, (_, i) => JSON.stringify(outcome(MOST_NAMED - i)));
  return texts.find((text) => Buffer.byteLength(text) <= MOST_BYTES) ?? JSON.stringify(outcome(0));
}

const messagesOf = (failures: readonly Error[]): readonly string[] => failures.map(({ message }) => message);

/** A configuration that spaces still name is of interest with these. */
const describe = ({ on, reason, value }: SkippedItem): string =>
  reason === "in-use" && value ? `${on} (${reason}: ${value})` : `${on} (${reason})`;

/** Reads an outcome back; `undefined` where the text is none. */
export function parseOutcome(text: string): AttachOutcome | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Outcome), text);
  return parsed.success ? parsed.output : undefined;
}

function named(all: readonly string[], most: number): AttachOutcome["attached"] {
  const names = [...new Set(all)];
  return { count: names.length, first: names.slice(0, most).map((name) => name.slice(0, MOST_CHARACTERS)) };
}

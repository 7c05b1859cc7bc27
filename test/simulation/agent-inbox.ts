import * as v from "valibot";
import type { WriteReason } from "./write-schedule.ts";

/** For how long a user may keep an app, as long as no instructions say. */
const KEEP_AT_MOST_SECONDS = 86_400;
/** A notice may be there a minute after the word that is to bring it, and is looked for every two minutes then. */
const READS_AFTER_SECONDS = [60, 180, 300, 420, 540];

const Told = v.object({
  sampleSeconds: v.number(),
  cadenceSeconds: v.number(),
  timeouts: v.array(v.number()),
  hungAfter: v.array(v.number()),
  warnBefore: v.number(),
  keepAtMost: v.number(),
});
type Told = v.InferOutput<typeof Told>;
const ReadNotice = v.object({ id: v.string(), kind: v.string(), keepAtMost: v.optional(v.number()) });

/** A warning that an agent shows its user. */
type Shown = { readonly id: string; readonly readAt: number; readonly keepAtMost: number };

/** What an agent has read of what sweeps wrote, its instructions and its user's notice, and when it reads again. */
export class AgentInbox {
  #notice: Shown | undefined;
  /** When to read the notice, beside after each write. */
  #reads: number[] = [];
  #warnBefore = 0;
  #keepAtMost = KEEP_AT_MOST_SECONDS;

  get notice(): Shown | undefined {
    return this.#notice;
  }

  /** For how long its user may keep the app. */
  get keepAtMost(): number {
    return Math.min(this.#keepAtMost, this.#notice?.keepAtMost ?? Infinity);
  }

  get nextRead(): number {
    return this.#reads[0] ?? Infinity;
  }

  /** Each answer of yes is one of the few reads. */
  isReadDue(now: number): boolean {
    if (this.nextRead > now) return false;
    this.#reads.shift();
    return true;
  }

  planReads(after: WriteReason, now: number): void {
    if (after === "crossed" && this.#warnBefore > 0) this.#reads = READS_AFTER_SECONDS.map((seconds) => now + seconds);
    else if (after === "resumed") this.#reads = [];
  }

  /** Takes instructions over, which are what `instructionsFor` makes; answers what is the schedule's of them. */
  follow(value: string): Omit<Told, "warnBefore" | "keepAtMost"> {
    const { warnBefore, keepAtMost, ...told } = parseInstructions(value);
    [this.#warnBefore, this.#keepAtMost] = [warnBefore, keepAtMost];
    return told;
  }

  /** Takes over what the notice says; answers whether it is a new warning. */
  takeNotice(value: string | undefined, now: number): boolean {
    const notice = value === undefined ? undefined : v.parse(ReadNotice, JSON.parse(value));
    const warning = notice?.kind === "warned" ? notice : undefined;
    const isNew = warning !== undefined && warning.id !== this.#notice?.id;
    if (isNew) this.#notice = { id: warning.id, readAt: now, keepAtMost: warning.keepAtMost ?? 0 };
    else if (warning === undefined) this.#notice = undefined;
    if (this.#notice) this.#reads = [];
    return isNew;
  }
}

const parsed = new Map<string, Told>();

/** A fleet's agents all read the same. */
function parseInstructions(text: string): Told {
  const known = parsed.get(text);
  if (known) return known;
  const read = v.parse(Told, JSON.parse(text));
  parsed.set(text, read);
  return read;
}

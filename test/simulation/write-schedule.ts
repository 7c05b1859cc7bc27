import type { Instructions } from "../../lib/policy/instructions.ts";

/** What one look at the sources found, each by its index, kernels first; what is not there is `undefined`. */
export type Sample = {
  readonly boot: number;
  /** Whole seconds; `null` where the source could not be read. */
  readonly idle: readonly (number | null | undefined)[];
  readonly activeAt: readonly number[];
  /** For how many seconds a source is busy without any sign of life. */
  readonly still: readonly number[];
  readonly connections?: number;
  /** The notice that the agent has read. */
  readonly notice?: { readonly id: string; readonly readAt: number } | undefined;
  /** What the user wishes. Another wish is another object. */
  readonly wish?: object | undefined;
};

/** What an agent goes by until it has read the sweep's. */
export type Followed = Pick<Instructions, "sampleSeconds" | "cadenceSeconds" | "timeouts" | "hungAfter">;
export const BEFORE_INSTRUCTIONS: Followed = {
  sampleSeconds: 60,
  cadenceSeconds: 900,
  timeouts: [3600],
  hungAfter: [86_400],
};

const CLOSE_LOOK_SECONDS = 10;
const [SECONDS_BEFORE_TIMEOUT, SECONDS_AFTER_TIMEOUT] = [120, 600];
const FIRST_CADENCE_SECONDS = 15;
const READABLE_AGAIN_SECONDS = 300;
const ASKED_AGAIN_SECONDS = 30;
const LEASE_MARGIN_SECONDS = 30;
const MAX_DOUBLINGS = 20;

export type WriteReason = "due" | "asked" | "told" | "connected" | "resumed" | "crossed" | "readable" | "unreadable";

/** When an agent looks and when it writes: `lcc/agent/write_schedule.py` again, to which a test holds it. */
export class WriteSchedule {
  instructions: Followed = BEFORE_INSTRUCTIONS;
  dueAt = -Infinity;
  failures = 0;
  #startUpCadence = FIRST_CADENCE_SECONDS;
  #written: Sample | undefined;
  #askedAt = -Infinity;
  readonly #readableOnce = new Set<number>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  get leaseSeconds(): number {
    return Math.ceil(this.instructions.cadenceSeconds * 1.25 + LEASE_MARGIN_SECONDS);
  }

  reasonToWrite(sample: Sample): WriteReason | undefined {
    if (sample.boot >= this.dueAt) return "due";
    if (this.#written === undefined || this.failures > 0) return undefined;
    if (sample.wish !== this.#written.wish && sample.boot >= this.#askedAt + ASKED_AGAIN_SECONDS) return "asked";
    if (sample.notice && sample.notice.id !== this.#written.notice?.id) return "told";
    const kernelsWereIdle = (this.#written.idle[0] ?? 0) > this.instructions.sampleSeconds;
    if (sample.connections && this.#written.connections === 0 && kernelsWereIdle) return "connected";
    for (let source = 0; source < sample.idle.length; source++) {
      const news = sample.idle[source] === undefined ? undefined : this.#newsOf(source, sample, this.#written);
      if (news) return news;
    }
    return undefined;
  }

  succeeded(sample: Sample): void {
    if (this.#written && sample.wish !== this.#written.wish) this.#askedAt = sample.boot;
    [this.#written, this.failures] = [sample, 0];
    for (const [source, idle] of sample.idle.entries()) if (typeof idle === "number") this.#readableOnce.add(source);
    this.#planNextWrite(Math.min(this.instructions.cadenceSeconds, this.#startUpCadence));
    this.#startUpCadence *= 2;
  }

  failed(boot: number): void {
    this.failures += 1;
    const longest = Math.max(60, this.instructions.cadenceSeconds / 4);
    this.dueAt = boot + this.#random() * Math.min(longest, 2 ** Math.min(this.failures, MAX_DOUBLINGS));
  }

  follow(instructions: Followed): void {
    const [inForce, wanted] = [this.instructions.cadenceSeconds, instructions.cadenceSeconds];
    if (this.#startUpCadence < Infinity || wanted < inForce) this.#planNextWrite(Math.min(wanted, inForce));
    [this.instructions, this.#startUpCadence] = [instructions, Infinity];
  }

  nextLook(sample: Sample): number {
    const { timeouts } = this.instructions;
    const idle = sample.idle.flatMap((seconds, source) =>
      typeof seconds === "number" ? [this.#quietSeconds(sample, source)] : [],
    );
    let wait = this.#secondsBetweenLooks(sample, idle);
    for (const seconds of idle)
      for (const timeout of timeouts) if (timeout > seconds) wait = Math.min(wait, timeout - seconds);
    return Math.min(this.dueAt, sample.boot + wait);
  }

  #newsOf(source: number, sample: Sample, written: Sample): WriteReason | undefined {
    const { sampleSeconds, cadenceSeconds, timeouts } = this.instructions;
    const idle = sample.idle[source] ?? null;
    const asWritten = written.idle[source] === undefined ? Infinity : (written.idle[source] ?? null);
    if (asWritten === null) {
      const pause = Math.min(cadenceSeconds, READABLE_AGAIN_SECONDS);
      const mayWrite = !this.#readableOnce.has(source) || sample.boot > written.boot + pause;
      return idle !== null && mayWrite ? "readable" : undefined;
    }
    if (asWritten > sampleSeconds) {
      if (idle === null) return "unreadable";
      if ((sample.activeAt[source] ?? 0) > (written.activeAt[source] ?? 0)) return "resumed";
    }
    const hang = this.#newsOfHungWork(sample.still[source] ?? 0, written.still[source] ?? 0);
    if (hang) return hang;
    return timeouts.some((timeout) => asWritten < timeout && timeout <= (idle ?? 0)) ? "crossed" : undefined;
  }

  #newsOfHungWork(still: number, asWritten: number): WriteReason | undefined {
    const limits = this.instructions.hungAfter;
    const shortest = limits[0] ?? Infinity;
    const livesAgain = limits.some((limit) => still < limit && limit <= asWritten);
    if (livesAgain || (0 < still && still < asWritten && asWritten >= shortest)) return "resumed";
    return limits.some((limit) => asWritten < limit && limit <= still) ? "crossed" : undefined;
  }

  #planNextWrite(cadenceSeconds: number): void {
    if (!this.#written) return;
    const jitter = (cadenceSeconds * this.#random()) / 10;
    this.dueAt = this.#written.boot + cadenceSeconds + jitter;
  }

  #quietSeconds(sample: Sample, source: number): number {
    const still = sample.still[source] ?? 0;
    const { hungAfter } = this.instructions;
    return still >= (hungAfter[0] ?? Infinity) ? still : sample.boot - (sample.activeAt[source] ?? 0);
  }

  #secondsBetweenLooks(sample: Sample, idle: readonly number[]): number {
    const { sampleSeconds, timeouts } = this.instructions;
    const isNear = idle.some((seconds) =>
      timeouts.some(
        (timeout) => timeout - SECONDS_BEFORE_TIMEOUT <= seconds && seconds <= timeout + SECONDS_AFTER_TIMEOUT,
      ),
    );
    const isPast = idle.length > 0 && Math.min(...idle) > (timeouts[0] ?? Infinity);
    const isUnreadable = sample.idle.includes(null);
    return isNear || isPast || isUnreadable ? Math.min(sampleSeconds, CLOSE_LOOK_SECONDS) : sampleSeconds;
  }
}

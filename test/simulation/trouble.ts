import { BEGIN, type Fault } from "./story.ts";

/** What goes wrong, and excuses that a stop comes late. */
export class Trouble {
  readonly #faults: readonly Fault[];
  readonly #now: () => number;
  #until = -Infinity;

  constructor(faults: readonly Fault[], now: () => number) {
    [this.#faults, this.#now] = [faults, now];
  }

  /** The last instant, so far, at which anything was wrong. */
  get until(): number {
    const now = this.#now();
    const begun = this.#faults.filter(({ from }) => BEGIN + from <= now);
    return Math.max(this.#until, ...begun.map(({ to }) => Math.min(BEGIN + to, now)));
  }

  /** Something is wrong now, and for so many seconds more. */
  note(forSeconds = 0): void {
    this.#until = Math.max(this.#until, this.#now() + forSeconds);
  }
}

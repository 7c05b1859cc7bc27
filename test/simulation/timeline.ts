import { setImmediate as settle } from "node:timers/promises";
import TinyQueue from "tinyqueue";

type Happening = { readonly at: number; readonly order: number; readonly wakes: boolean; readonly run: () => void };

/** Virtual time, in epoch seconds: what is to happen does so in its order, and takes no time of its own. */
export class Timeline {
  now: number;
  readonly #coming = new TinyQueue<Happening>([], (one, other) => one.at - other.at || one.order - other.order);
  #order = 0;

  constructor(startsAt: number) {
    this.now = startsAt;
  }

  /** Has something happen at an instant, now where that is over. It may not wait for promises. */
  at(instant: number, run: () => void): void {
    this.#coming.push({ at: Math.max(instant, this.now), order: this.#order++, wakes: false, run });
  }

  /** Begins something that waits for promises, at an instant. */
  begin(instant: number, run: () => void): void {
    this.#coming.push({ at: Math.max(instant, this.now), order: this.#order++, wakes: true, run });
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.begin(this.now + seconds, resolve);
    });
  }

  /** Goes on to an instant. Whatever waits for a promise goes on before anything else happens. */
  async run(until: number, isOver: () => boolean = () => false): Promise<void> {
    for (let next = this.#coming.peek(); next && next.at <= until && !isOver(); next = this.#coming.peek()) {
      this.#coming.pop();
      this.now = next.at;
      next.run();
      if (next.wakes) await settle();
    }
    this.now = until;
  }
}

import { setImmediate as settle } from "node:timers/promises";

type Happening = { readonly at: number; readonly order: number; readonly wakes: boolean; readonly run: () => void };

/** Virtual time, in epoch seconds: what is to happen does so in its order, and takes no time of its own. */
export class Timeline {
  now: number;
  readonly #heap: Happening[] = [];
  #order = 0;

  constructor(startsAt: number) {
    this.now = startsAt;
  }

  /** Has something happen at an instant, now where that is over. It may not wait for promises. */
  at(instant: number, run: () => void): void {
    this.#push({ at: Math.max(instant, this.now), order: this.#order++, wakes: false, run });
  }

  /** Begins something that waits for promises, at an instant. */
  begin(instant: number, run: () => void): void {
    this.#push({ at: Math.max(instant, this.now), order: this.#order++, wakes: true, run });
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.begin(this.now + seconds, resolve);
    });
  }

  /** Goes on to an instant. Whatever waits for a promise goes on before anything else happens. */
  async run(until: number, isOver: () => boolean = () => false): Promise<void> {
    for (let next = this.#heap[0]; next && next.at <= until && !isOver(); next = this.#heap[0]) {
      this.#pop();
      this.now = next.at;
      next.run();
      if (next.wakes) await settle();
    }
    this.now = until;
  }

  #push(happening: Happening): void {
    let i = this.#heap.push(happening) - 1;
    for (let parent = (i - 1) >> 1; i > 0 && this.#isBefore(i, parent); parent = (i - 1) >> 1) {
      this.#swap(i, parent);
      i = parent;
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let i = 0; ;) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      let first = i;
      if (left < this.#heap.length && this.#isBefore(left, first)) first = left;
      if (right < this.#heap.length && this.#isBefore(right, first)) first = right;
      if (first === i) return;
      this.#swap(i, first);
      i = first;
    }
  }

  #isBefore(i: number, j: number): boolean {
    const [one, other] = [this.#heap[i], this.#heap[j]];
    if (!one || !other) return false;
    return one.at === other.at ? one.order < other.order : one.at < other.at;
  }

  #swap(i: number, j: number): void {
    const [one, other] = [this.#heap[i], this.#heap[j]];
    if (one && other) [this.#heap[i], this.#heap[j]] = [other, one];
  }
}

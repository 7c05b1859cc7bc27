import { performance } from "node:perf_hooks";
import * as v from "valibot";

const RealDate = Date;

/** A clock that runs so many times as fast as the real one, and can be put on. */
export class FastClock {
  readonly #speed: number;
  #setAt = performance.now();
  #setTo: number;

  /** `now` is in epoch milliseconds. */
  constructor(speed: number, now: number) {
    [this.#speed, this.#setTo] = [speed, now];
  }

  now(): number {
    return Math.floor(this.#setTo + (performance.now() - this.#setAt) * this.#speed);
  }

  set(now: number): void {
    [this.#setAt, this.#setTo] = [performance.now(), now];
  }
}

/** Has this process go by a clock: what it reads off it, and what it sleeps, by the clock's speed. */
export function goBy(clock: FastClock, speed: number): void {
  globalThis.Date = new Proxy(RealDate, {
    construct(target, args: unknown[]): object {
      if (args.length === 0) return new target(clock.now());
      return v.parse(v.instance(RealDate), Reflect.construct(target, args));
    },
    get: (target, key): unknown => (key === "now" ? () => clock.now() : Reflect.get(target, key)),
  });
  globalThis.setTimeout = new Proxy(setTimeout, {
    apply: (target, self, [run, ms = 0, ...args]: [unknown, number?, ...unknown[]]): unknown =>
      Reflect.apply(target, self, [run, ms / speed, ...args]),
  });
}

import type { Wish } from "./story.ts";

const MOST_PROGRAMS = 8;

/** A wish that an agent has taken over, in epoch seconds. */
export type TakenWish = {
  readonly madeAt: number;
  /** By what the policy allowed at any look until now. */
  until: number;
  /** When its program ends, where it is for as long as one runs. */
  readonly endsAt: number | undefined;
  /** When the agent let go of it. */
  overAt: number;
};

/** What a user wishes, as an agent remembers it: `lcc/agent/keep_alive.py` again, to which a test holds it. */
export class AgentWishes {
  /** Those that were ever taken over. */
  readonly all: TakenWish[] = [];
  #held: readonly TakenWish[] = [];

  ask({ for: seconds, isProgram = false }: Omit<Wish, "at">, atMost: number, now: number): void {
    const lasts = isProgram ? atMost : Math.min(seconds, atMost);
    const endsAt = isProgram ? now + seconds : undefined;
    const wish = { madeAt: now, until: now + lasts, endsAt, overAt: Infinity };
    const programs = this.#held.filter((one) => one.endsAt !== undefined);
    if (!isProgram && seconds === 0) this.#hold([], now);
    else {
      this.all.push(wish);
      this.#hold(isProgram ? [...this.#held.slice(-MOST_PROGRAMS), wish] : [...programs, wish], now);
    }
  }

  look(atMost: number, now: number): void {
    // What a policy takes back is over now, and held until now.
    for (const wish of this.#held) wish.until = Math.min(wish.until, Math.max(now, wish.madeAt + atMost));
    const hasEnded = ({ until, endsAt = Infinity, madeAt }: TakenWish) =>
      now >= until || (now > madeAt && now >= endsAt);
    const held = this.#held.filter((wish) => !hasEnded(wish));
    this.#hold(held, now);
  }

  /** The wish that the heartbeat tells. */
  longest(now: number, leaseSeconds: number): TakenWish | undefined {
    let longest: TakenWish | undefined;
    for (const wish of this.#held) {
      const more = longest ? secondsTold(wish, now, leaseSeconds) - secondsTold(longest, now, leaseSeconds) : 1;
      if (!longest || more > 0 || (more === 0 && wish.madeAt > longest.madeAt)) longest = wish;
    }
    return longest;
  }

  /** It lost its memory. */
  forget(now: number): void {
    this.#hold([], now);
  }

  #hold(held: readonly TakenWish[], now: number): void {
    for (const wish of this.#held) if (!held.includes(wish)) wish.overAt = now;
    this.#held = held;
  }
}

/** What the heartbeat says of a wish. */
export function wordOf(wish: TakenWish, now: number, leaseSeconds: number): Readonly<Record<string, unknown>> {
  const word = { for: secondsTold(wish, now, leaseSeconds), since: Math.trunc(now - wish.madeAt) };
  return wish.endsAt === undefined ? word : { ...word, while: "make all" };
}

function secondsTold({ until, endsAt }: TakenWish, now: number, leaseSeconds: number): number {
  const left = until - now;
  return Math.trunc(endsAt === undefined ? left : Math.min(left, 2 * leaseSeconds));
}

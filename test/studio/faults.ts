import type { Json } from "./wire/operation.ts";
import { tokenBucket } from "./rate.ts";

/** What a matching call meets instead of, or before, its answer. */
export type Effect =
  | { error: { code: string; message?: string; status?: number } }
  | { delayMs: number }
  | { hangUp: true }
  /** A page without an item that still carries the token to go on with. */
  | { emptyPage: true }
  /** No page longer than this, whatever MaxResults asks for. */
  | { pageOf: number };

/**
 * A fault to inject: for one operation, as often as `times` says (always, if it does not), for the inputs that `when`
 * picks.
 */
export type Fault = { operation: string; times?: number; when?: (input: Json) => boolean } & Effect;

/** Test code that runs before an operation is handled, as if something had happened in the account just then. */
export type Hook = (input: Json) => void | Promise<void>;
/** Takes back what was added. */
export type Undo = () => void;

/** Everything that a test lets go wrong in the account. */
export class Faults {
  /** SSM's reads answer as of so many milliseconds ago. */
  readLagMs = 0;
  readonly #faults = new Map<Fault, number>();
  readonly #hooks = new Set<{ operation: string; hook: Hook }>();
  readonly #rates = new Map<string, () => boolean>();

  /** Adds a rule; rules apply in the order in which they came. */
  add(fault: Fault): Undo {
    const rule = { ...fault };
    this.#faults.set(rule, fault.times ?? Infinity);
    return () => void this.#faults.delete(rule);
  }

  /** Runs test code before each call of the operation, `once` before the next one only. */
  before(operation: string, hook: Hook, { once = false } = {}): Undo {
    const entry = {
      operation,
      hook: once
        ? async (input: Json) => {
            this.#hooks.delete(entry);
            await hook(input);
          }
        : hook,
    };
    this.#hooks.add(entry);
    return () => void this.#hooks.delete(entry);
  }

  /** Answers ThrottlingException to what comes faster; `burst` calls may come at once. */
  rate(operation: string, perSecond: number, burst = Math.max(1, perSecond)): Undo {
    this.#rates.set(operation, tokenBucket(perSecond, burst));
    return () => void this.#rates.delete(operation);
  }

  /** Forgets every rule, hook and rate. */
  clear(): void {
    this.#faults.clear();
    this.#hooks.clear();
    this.#rates.clear();
    this.readLagMs = 0;
  }

  /** Whether the operation's rate is used up; takes one call from it otherwise. */
  isThrottled(operation: string): boolean {
    return this.#rates.get(operation)?.() === false;
  }

  /** Runs the hooks of an operation, one after the other. */
  async runHooks(operation: string, input: Json): Promise<void> {
    for (const entry of [...this.#hooks]) {
      if (entry.operation === operation) await entry.hook(input);
    }
  }

  /** The faults that this call meets, each counted as used. */
  effectsOn(operation: string, input: Json): Effect[] {
    return [...this.#faults]
      .filter(([fault, left]) => {
        if (left < 1 || fault.operation !== operation || fault.when?.(input) === false) return false;
        this.#faults.set(fault, left - 1);
        return true;
      })
      .map(([fault]) => fault);
  }
}

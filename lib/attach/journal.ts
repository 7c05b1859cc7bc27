import { sayError } from "../domain/errors.ts";
import type { Change, LeftAlone } from "./plan.ts";

/** Where the lines go; a Powertools logger is one. */
export type Log = {
  readonly info: (message: string, extra: Record<string, unknown>) => void;
  readonly warn: (message: string, extra: Record<string, unknown>) => void;
  readonly error: (message: string, extra: Record<string, unknown>) => void;
};

/** One thing that was changed in the account: a setting, a role, a lifecycle configuration. */
export type Changed = Partial<Change> & { readonly what: string; readonly on: string };

/** One thing that is not as wished and was left as it is. */
export type Left = Partial<Omit<LeftAlone, "reason">> & {
  readonly on: string;
  readonly reason: LeftAlone["reason"] | "in-use";
  readonly detail: string;
};

/** What one run changed, left alone and failed at, each logged when it happens: a run that is cut off has said what it did. */
export class Journal {
  readonly changed: Changed[] = [];
  readonly left: Left[] = [];
  readonly failures: Error[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  change(changed: Changed): void {
    this.changed.push(changed);
    this.#log.info("changed", changed);
  }

  leave(left: Left): void {
    this.left.push(left);
    this.#log.warn("left alone", left);
  }

  /** Notes what could not be done, and to what; the rest goes on. */
  fail(on: string, cause: unknown): void {
    const failure = new Error(`${on}: ${sayError(cause)}`, { cause });
    this.failures.push(failure);
    this.#log.error("failed", { on, error: failure });
  }

  summarize(extra: Record<string, unknown>): void {
    this.#log.info("attachment", {
      ...extra,
      changed: this.changed.length,
      leftAlone: this.left.length,
      failures: this.failures.map(({ message }) => message),
    });
  }
}

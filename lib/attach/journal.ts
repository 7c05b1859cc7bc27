import { isDeepStrictEqual } from "node:util";
import { sayError } from "../domain/errors.ts";
import type { SettingChange, SkippedSetting } from "./plan.ts";

/** Where the lines are logged; a Powertools logger is one. */
export type Log = {
  readonly info: (message: string, extra: Record<string, unknown>) => void;
  readonly warn: (message: string, extra: Record<string, unknown>) => void;
  readonly error: (message: string, extra: Record<string, unknown>) => void;
};

/** Something in the account that was changed: a setting, a role, a lifecycle configuration, an agent's pieces. */
export type ChangedItem = Partial<SettingChange> & { readonly what: string; readonly on: string };

/** Something that is not as wanted and stays as it is. */
export type SkippedItem = Partial<Omit<SkippedSetting, "reason">> & {
  readonly on: string;
  readonly reason: SkippedSetting["reason"] | "in-use" | "unified-studio";
  readonly detail: string;
};

/**
 * What one run changed, skipped and failed at. Each is logged at once, so that a run that is cut off has said what it
 * did.
 */
export class Journal {
  /** The domains and profiles that have the agent after the run. */
  readonly attached: string[] = [];
  readonly changed: ChangedItem[] = [];
  readonly skipped: SkippedItem[] = [];
  readonly failures: Error[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  attach(on: string): void {
    this.attached.push(on);
  }

  change(item: ChangedItem): void {
    this.changed.push(item);
    this.#log.info("changed", item);
  }

  /** Notes what stays as it is; once, however often the run comes by. */
  skip(item: SkippedItem): void {
    if (this.skipped.some((other) => isDeepStrictEqual(other, item))) return;
    this.skipped.push(item);
    this.#log.warn("left alone", item);
  }

  /** Notes a failure and what it was about. */
  fail(on: string, cause: unknown): void {
    const failure = new Error(`${on}: ${sayError(cause)}`, { cause });
    this.failures.push(failure);
    this.#log.error("failed", { on, error: failure });
  }

  summarize(extra: Record<string, unknown>): void {
    this.#log.info("attachment", {
      ...extra,
      changed: this.changed.length,
      leftAlone: this.skipped.length,
      failures: this.failures.map(({ message }) => message),
    });
  }
}

import type { App } from "./domain/app.ts";
import type { Policy } from "./policy/document.ts";
import type { Verdict } from "./policy/verdict.ts";

/**
 * What came of a verdict. A wanted stop may also be found done already (`gone`), be overtaken by its user's return (`changed`), be
 * held back by the budget or its breaker, or fail.
 */
export type Outcome = "kept" | "stopped" | "would-stop" | "gone" | "changed" | "over-budget" | "breaker" | "failed";

/** One app's one verdict of a sweep; after `changed` it is the newer one. */
export type Judged = { readonly app: App; readonly verdict: Verdict; readonly outcome: Outcome };

/** What one sweep found, did, and failed at. */
export type Report = {
  readonly mode: Policy["mode"];
  readonly judged: readonly Judged[];
  readonly heartbeatsForgotten: number;
  /** See {@link Ports.quotaShareUsed}. */
  readonly quotaShareUsed: number;
  readonly seconds: number;
  readonly failures: readonly Error[];
};

/** Thrown at the end of a sweep that failed at something, with its report, so that the invocation counts as an error. */
export class SweepFailed extends AggregateError {
  override readonly name = "SweepFailed";
  readonly report: Report;

  constructor(report: Report) {
    super(report.failures, `${report.failures.length} failed: ${report.failures.map(({ message }) => message).join("; ")}`);
    this.report = report;
  }
}

/** How many apps of a report came to each outcome, or were judged for each reason. */
export function tally<K extends string>(judged: readonly Judged[], by: (judged: Judged) => K): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const one of judged) counts[by(one)] = (counts[by(one)] ?? 0) + 1;
  return counts;
}

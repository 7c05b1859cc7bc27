import type { App } from "../domain/app.ts";
import type { AgentState } from "../policy/coverage.ts";
import type { Policy } from "../policy/document.ts";
import type { Outcome } from "../policy/outcome.ts";
import type { Verdict } from "../policy/verdict.ts";

/** One app's one verdict of a sweep; after `changed` it is the newer one. */
export type Judged = {
  readonly app: App;
  readonly agent: AgentState;
  readonly verdict: Verdict;
  readonly outcome: Outcome;
};

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
    super(
      report.failures,
      `${report.failures.length} failed: ${report.failures.map(({ message }) => message).join("; ")}`,
    );
    this.report = report;
  }
}

/** How many there are of each kind, those of which there are none included, so that what is logged always has the same fields. */
export function tally<K extends string>(kinds: readonly K[], found: readonly K[]): Readonly<Record<string, number>> {
  return Object.fromEntries(kinds.map((kind) => [kind, found.filter((one) => one === kind).length]));
}

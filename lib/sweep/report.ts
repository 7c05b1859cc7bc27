import type { App } from "../domain/app.ts";
import type { Heartbeat } from "../domain/heartbeat.ts";
import type { AgentState } from "../policy/coverage.ts";
import type { AppPolicy, Policy } from "../policy/document.ts";
import type { Outcome } from "../policy/outcome.ts";
import type { BreakerCause } from "../policy/trip.ts";
import type { Verdict } from "../policy/verdict.ts";

/** An app's one verdict in a sweep, and what came of it; after `changed` it is the newer verdict. */
export type Judged = {
  readonly app: App;
  readonly agent: AgentState;
  /** The idle seconds of each source by the app's heartbeat; `undefined` where it has none. */
  readonly idle: Heartbeat["idle"] | undefined;
  readonly policy: AppPolicy;
  readonly verdict: Verdict;
  readonly outcome: Outcome;
};

/** What one sweep found and did, and what failed. */
export type Report = {
  readonly mode: Policy["mode"];
  /** See {@link PolicyInForce}. */
  readonly policyVersion: number;
  /** Whose an app is, for people to read, as far as it is known. */
  readonly userOf: (app: App) => string | undefined;
  /** Why the breaker is open, where it is. */
  readonly breaker: BreakerCause | undefined;
  readonly judged: readonly Judged[];
  /** How many users were warned of the stop of their app. */
  readonly warningsGiven: number;
  readonly heartbeatsForgotten: number;
  /** See {@link Ports.quotaShareUsed}. */
  readonly quotaShareUsed: number;
  readonly seconds: number;
  readonly failures: readonly Error[];
};

/** A sweep that did nothing, since another was at work: until then at the latest. */
export type Skipped = { readonly skippedUntil: Date };

/** Thrown at the end of a sweep with failures, so that the invocation counts as an error. It carries the report. */
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

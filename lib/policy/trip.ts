import type { Source } from "../domain/heartbeat.ts";

/**
 * Why the breaker trips: most apps look idle at once, a source is missing in many that reported it before, or many fell
 * silent that would be stopped for it.
 */
export const BREAKER_CAUSES = ["fleet-idle", "source-missing", "fleet-silent"] as const;
export type BreakerCause = (typeof BREAKER_CAUSES)[number];

/** Why nothing is to be stopped: so many of so many apps look alike. `source` is the one that is missing. */
export type Trip = {
  readonly cause: BreakerCause;
  readonly apps: number;
  readonly affected: number;
  readonly source?: Source;
};

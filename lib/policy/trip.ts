import type { Source } from "../domain/heartbeat.ts";

/**
 * Why the breaker trips: most apps look idle at once, a source is missing in many that reported it before, or many fell
 * silent that would be stopped for it.
 */
export const BREAKER_CAUSES = ["fleet-idle", "source-missing", "fleet-silent"] as const;
export type BreakerCause = (typeof BREAKER_CAUSES)[number];

/** So many apps may be affected whatever the share is: a small fleet changes as one person does. */
export const ALWAYS_MISSING = 5;

/** How many of so many apps may lack a source, or be silent, before the breaker trips. */
export function mostMissing(apps: number, missingShare: number): number {
  return Math.max(ALWAYS_MISSING, missingShare * apps);
}

/** Why nothing is to be stopped: so many of so many apps look alike. `source` is the one that is missing. */
export type Trip = {
  readonly cause: BreakerCause;
  readonly apps: number;
  readonly affected: number;
  readonly source?: Source;
};

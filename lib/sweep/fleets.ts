import { budgetStops } from "../policy/budget.ts";
import type { BudgetLimits, Mode } from "../policy/document.ts";
import { examineSilence } from "../policy/fleet-silence.ts";
import type { Trip } from "../policy/trip.ts";
import { waitsForWarning, wantsStop, type Candidate, type StopCandidate } from "./candidate.ts";

/** The apps of one mode, and which of their stops a sweep may make. */
export type Fleet = {
  readonly mode: Mode;
  readonly apps: readonly Candidate[];
  readonly allowed: readonly StopCandidate[];
  readonly held: readonly StopCandidate[];
  readonly trip: Trip | undefined;
};

/**
 * Cuts the stops of each mode to the budget on their own: apps that a dry run never stops would otherwise use up what
 * live ones may, and in the end trip the breaker. Where `missing` trips it, no mode has stops.
 */
export function budgetFleets(
  candidates: readonly Candidate[],
  budget: BudgetLimits,
  missing: Trip | undefined,
): readonly Fleet[] {
  return (["live", "dry-run"] as const).map((mode) => {
    const apps = candidates.filter(({ policy }) => policy.mode === mode);
    const trip = apps.length > 0 ? (missing ?? examineSilence(apps, budget.missingShare)) : undefined;
    if (trip) return { mode, apps, allowed: [], held: apps.filter(wantsStop), trip };
    const size = apps.filter(({ agent }) => agent !== "not-watched").length;
    const warned = apps.filter(waitsForWarning).length;
    return { mode, apps, ...budgetStops(apps.filter(wantsStop), budget, { size, warned }) };
  });
}

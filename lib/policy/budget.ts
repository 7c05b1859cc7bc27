import type { BudgetLimits } from "./document.ts";
import type { Stop } from "./verdict.ts";

/**
 * So many stops are allowed, by the share and by the breaker, however small the fleet is: at night, all but two of a
 * team's forty apps may well be idle.
 */
const ALWAYS_ALLOWED = 50;

/** Which of the wanted stops one sweep may make. `tripped`: none, because most of the fleet looks idle at once. */
export type Allowance<T> = {
  readonly allowed: readonly T[];
  readonly held: readonly T[];
  readonly tripped: boolean;
};

type WantedStop = { readonly verdict: Stop };

/** Cuts the wanted stops to the budget, the idlest first. `fleetSize` is the number of watched apps. */
export function budgetStops<T extends WantedStop>(
  wanted: readonly T[],
  { maxStops, maxShare, breakerShare }: BudgetLimits,
  fleetSize: number,
): Allowance<T> {
  const tripped = wanted.length > Math.max(ALWAYS_ALLOWED, breakerShare * fleetSize);
  if (tripped) return { allowed: [], held: wanted, tripped };
  const allowance = Math.min(maxStops, Math.max(ALWAYS_ALLOWED, Math.floor(maxShare * fleetSize)));
  const idlestFirst = wanted.toSorted((a, b) => secondsIdle(b) - secondsIdle(a));
  return { allowed: idlestFirst.slice(0, allowance), held: idlestFirst.slice(allowance), tripped };
}

/** An app that has been silent for the whole of `silentAfter` comes before any that is idle. */
function secondsIdle({ verdict }: WantedStop): number {
  return verdict.idleSeconds ?? Number.MAX_VALUE;
}

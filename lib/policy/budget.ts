import type { BudgetLimits } from "./document.ts";
import type { Trip } from "./trip.ts";
import type { Stop } from "./verdict.ts";

/**
 * So many stops are allowed, by the share and by the breaker, however small the fleet is: at night, all but two of a
 * team's forty apps may well be idle.
 */
const ALWAYS_ALLOWED = 50;

/** Which of the wanted stops one sweep may make: none where the breaker trips. */
export type Allowance<T> = {
  readonly allowed: readonly T[];
  readonly held: readonly T[];
  readonly trip: Trip | undefined;
};

type WantedStop = { readonly verdict: Stop };

/** How many apps there are to judge stops by. */
export type Fleet = {
  /** The number of watched apps. */
  readonly size: number;
  /** How many of them are as idle as those to be stopped, and only wait for the end of their warning. */
  readonly warned: number;
};

/** Cuts the wanted stops to the budget, the idlest first. */
export function budgetStops<T extends WantedStop>(
  wanted: readonly T[],
  { maxStops, maxShare, breakerShare }: BudgetLimits,
  { size, warned }: Fleet,
): Allowance<T> {
  // Warnings are given one a second, so that a fleet that looks idle at once would be stopped little by little.
  const affected = wanted.length + warned;
  if (affected > Math.max(ALWAYS_ALLOWED, breakerShare * size))
    return { allowed: [], held: wanted, trip: { cause: "fleet-idle", apps: size, affected } };
  const allowance = Math.min(maxStops, Math.max(ALWAYS_ALLOWED, Math.floor(maxShare * size)));
  const idlestFirst = wanted.toSorted((a, b) => secondsIdle(b) - secondsIdle(a));
  return { allowed: idlestFirst.slice(0, allowance), held: idlestFirst.slice(allowance), trip: undefined };
}

/** An app that has been silent for the whole of `silentAfter` comes before any that is idle. */
function secondsIdle({ verdict }: WantedStop): number {
  return verdict.idleSeconds ?? Number.MAX_VALUE;
}

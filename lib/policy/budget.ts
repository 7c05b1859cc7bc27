import type { Limits } from "./document.ts";
import type { Stop } from "./verdict.ts";

/** Below this many stops neither the share nor the breaker bites: of a team's forty apps, all but two may well be idle at night. */
const ALWAYS_ALLOWED = 50;

/** How many of the wanted stops one sweep may make, or that it makes none because the whole fleet suddenly looks idle. */
export type Allowance<T> = {
  readonly allowed: readonly T[];
  readonly held: readonly T[];
  readonly tripped: boolean;
};

type Wanted = { readonly verdict: Stop };

/** Cuts the wanted stops to the budget, idlest first. `fleetSize` is the number of running apps that are watched. */
export function budgetStops<T extends Wanted>(
  wanted: readonly T[],
  { maxStops, maxShare, breakerShare }: Limits,
  fleetSize: number,
): Allowance<T> {
  const tripped = wanted.length > Math.max(ALWAYS_ALLOWED, breakerShare * fleetSize);
  if (tripped) return { allowed: [], held: wanted, tripped };
  const most = Math.min(maxStops, Math.max(ALWAYS_ALLOWED, Math.floor(maxShare * fleetSize)));
  const idlestFirst = wanted.toSorted((a, b) => secondsIdle(b) - secondsIdle(a));
  return { allowed: idlestFirst.slice(0, most), held: idlestFirst.slice(most), tripped };
}

/** An app that has been silent for its whole timeout goes before any that is merely idle. */
function secondsIdle({ verdict }: Wanted): number {
  return verdict.idleSeconds ?? Number.MAX_VALUE;
}

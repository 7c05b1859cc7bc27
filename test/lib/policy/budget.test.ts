import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { budgetStops, type Fleet } from "../../../lib/policy/budget.ts";
import type { BudgetLimits } from "../../../lib/policy/document.ts";
import { NOW } from "../builders.ts";

const stop = (idleSeconds: number | null) => ({
  verdict: { verdict: "stop", reason: "idle", detail: "", why: "", idleSeconds, eligibleAt: NOW } as const,
});
const stops = (count: number) => Array.from({ length: count }, (_, i) => stop(i));
const wide = { maxStops: 1000, maxShare: 1, breakerShare: 1, missingShare: 1 };

describe("a budget at its bounds", () => {
  const cases: readonly (readonly [
    what: string,
    wanted: number,
    fleet: Fleet,
    limits: Partial<BudgetLimits>,
    allowed: number | "trips",
  ])[] = [
    ["allows fifty of fifty by the share and the breaker", 50, { size: 50, warned: 0 }, { breakerShare: 0.1 }, 50],
    ["trips at one more", 51, { size: 51, warned: 0 }, { breakerShare: 0.1 }, "trips"],
    ["allows just the breaker's share", 60, { size: 100, warned: 0 }, { breakerShare: 0.6 }, 60],
    ["trips above it", 61, { size: 100, warned: 0 }, { breakerShare: 0.6 }, "trips"],
    ["counts those that only wait for their warning", 40, { size: 100, warned: 20 }, { breakerShare: 0.6 }, 40],
    ["trips by them, too", 40, { size: 100, warned: 21 }, { breakerShare: 0.6 }, "trips"],
    ["allows the share of a large fleet, in whole apps", 100, { size: 121, warned: 0 }, { maxShare: 0.5 }, 60],
    ["allows fifty whatever the share", 60, { size: 60, warned: 0 }, { maxShare: 0.1 }, 50],
    ["allows no more than a number of stops", 60, { size: 60, warned: 0 }, { maxStops: 7 }, 7],
  ];
  for (const [what, wanted, fleet, limits, allowed] of cases) {
    it(what, () => {
      const got = budgetStops(stops(wanted), { ...wide, ...limits }, fleet);
      assert.equal(got.trip ? "trips" : got.allowed.length, allowed);
      assert.equal(got.trip?.affected, allowed === "trips" ? wanted + fleet.warned : undefined);
    });
  }

  it("holds the least idle apps back, and none of which only its silence is known", () => {
    const wanted = [stop(900), stop(null), stop(86_400), stop(3600)];
    const { allowed, held } = budgetStops(wanted, { ...wide, maxStops: 2 }, { size: 4, warned: 0 });
    const idle = (of: typeof allowed) => of.map(({ verdict }) => verdict.idleSeconds);
    assert.deepEqual(
      [idle(allowed), idle(held)],
      [
        [null, 86_400],
        [3600, 900],
      ],
    );
  });
});

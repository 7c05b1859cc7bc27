import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { App } from "../../../lib/domain/app.ts";
import { latestIncarnations, mayBeSameIncarnation } from "../../../lib/sweep/incarnations.ts";
import { ago, anApp } from "../builders.ts";

const at = (ms: number): Date => new Date(ago(3600).getTime() + ms);
const app = (status: string, createdAt = at(0)): App => anApp({ status, createdAt });

describe("two answers about an app", () => {
  for (const [ms, same] of [
    [0, true],
    [999, true],
    [-999, true],
    [1000, false],
    [-1000, false],
  ] as const)
    it(`${same ? "may be" : "are not"} of one incarnation where its creation times are ${ms} ms apart`, () => {
      assert.equal(mayBeSameIncarnation(app("InService"), app("InService", at(ms))), same);
    });
});

describe("an app that a listing shows twice", () => {
  const cases: readonly (readonly [what: string, listed: readonly App[], status: string, isInService: boolean])[] = [
    ["in service both times is so", [app("InService"), app("InService")], "InService", true],
    ["pending and in service counts as pending", [app("Pending"), app("InService")], "Pending", false],
    ["in service and deleting counts as deleting", [app("InService"), app("Deleting")], "Deleting", false],
    ["deleted and in service is in service, and was not", [app("Deleted"), app("InService")], "InService", false],
    ["deleted both times is so", [app("Deleted"), app("Deleted")], "Deleted", false],
    ["failed and deleted counts as failed", [app("Failed"), app("Deleted")], "Failed", false],
    ["as two incarnations is the later one", [app("Deleted"), app("InService", at(1000))], "InService", true],
    ["as the later one that is down is down", [app("InService"), app("Pending", at(1000))], "Pending", false],
  ];
  for (const [what, listed, status, isInService] of cases) {
    it(`${what}, in whatever order`, () => {
      for (const order of [listed, listed.toReversed()]) {
        const [found, ...others] = [...latestIncarnations(order).values()];
        assert.deepEqual([found?.app.status, found?.isInService, others], [status, isInService, []]);
      }
    });
  }
});

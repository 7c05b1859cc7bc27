import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { instructionsFor } from "../../../lib/policy/instructions.ts";
import type { Policy } from "../../../lib/policy/document.ts";
import { aPolicy, anAccountPolicy, anAgentPolicy } from "../builders.ts";

describe("the instructions to the agents", () => {
  it("let a small fleet write every fifteen samples", () => {
    assert.deepEqual(instructionsFor(anAccountPolicy(), 10), {
      v: 1,
      sampleSeconds: 60,
      cadenceSeconds: 900,
      timeouts: [3600],
      idleTimes: [3600],
      warnBefore: 0,
      keepAtMost: 86_400,
      ways: ["jupyterlab", "terminal", "file"],
      hungAfter: [86_400],
      cpuThreshold: 0.05,
      gpuThreshold: 0.05,
      notJobs: ["vim"],
      helpers: ["git"],
    });
    assert.equal(
      instructionsFor(anAccountPolicy({ agent: anAgentPolicy({ sampleSeconds: 1 }) }), 10).cadenceSeconds,
      15,
    );
  });

  it("keep the account's writes near half of three a second, whatever the fleet", () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.integer({ min: 1, max: 300 }), (fleetSize, sampleSeconds) => {
        const { cadenceSeconds } = instructionsFor(
          anAccountPolicy({ agent: anAgentPolicy({ sampleSeconds }) }),
          fleetSize,
        );
        // Two writes a cadence, as an agent at most makes; the minute is what rounding may cost.
        assert.ok((2 * fleetSize) / (cadenceSeconds + 60) <= 1.5);
      }),
    );
  });

  it("do not change with every app that comes or goes", () => {
    const cadences = new Set(
      Array.from({ length: 40 }, (_, i) => instructionsFor(anAccountPolicy(), 2000 + i).cadenceSeconds),
    );
    assert.ok(cadences.size <= 2);
  });

  it("name the ways that anybody is told by", () => {
    const defaults = aPolicy({ notifyIn: ["terminal"] });
    const rules: Policy["rules"] = [{ match: { space: () => true }, set: { notifyIn: ["file", "terminal"] } }];
    assert.deepEqual(instructionsFor(anAccountPolicy({ defaults }), 1).ways, ["terminal"]);
    assert.deepEqual(instructionsFor(anAccountPolicy({ defaults, rules }), 1).ways, ["terminal", "file"]);
    assert.deepEqual(instructionsFor(anAccountPolicy({ defaults: aPolicy({ notifyIn: [] }) }), 1).ways, []);
  });

  it("name each timeout in force once, in order, and a handful at most", () => {
    const rule = (idleTimeInSeconds: number) => ({ match: { space: () => true }, set: { idleTimeInSeconds } });
    const policy = anAccountPolicy({
      defaults: aPolicy({ idleTimeInSeconds: 3600 }),
      rules: [rule(900), rule(3600), rule(60)],
    });
    assert.deepEqual(instructionsFor(policy, 1).timeouts, [60, 900, 3600]);
    assert.equal(
      instructionsFor(anAccountPolicy({ rules: Array.from({ length: 50 }, (_, i) => rule(60 + i)) }), 1).timeouts
        .length,
      16,
    );
  });
});

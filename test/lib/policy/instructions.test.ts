import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { instructionsFor } from "../../../lib/policy/instructions.ts";
import type { Policy } from "../../../lib/policy/document.ts";
import { policies } from "../arbitraries.ts";
import { aPolicy, anAccountPolicy, anAgentPolicy, NOW } from "../builders.ts";

/** Ten years. */
const NEVER = 315_360_000;

describe("the instructions to the agents", () => {
  it("let a small fleet write every fifteen samples", () => {
    assert.deepEqual(instructionsFor(anAccountPolicy(), 10, NOW), {
      v: 1,
      sampleSeconds: 60,
      cadenceSeconds: 900,
      timeouts: [3600],
      idleTimes: [3600],
      maxAge: 0,
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
      instructionsFor(anAccountPolicy({ agent: anAgentPolicy({ sampleSeconds: 1 }) }), 10, NOW).cadenceSeconds,
      15,
    );
  });

  it("keep the account's writes near half of three a second, whatever the fleet", () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.integer({ min: 1, max: 300 }), (fleetSize, sampleSeconds) => {
        const { cadenceSeconds } = instructionsFor(
          anAccountPolicy({ agent: anAgentPolicy({ sampleSeconds }) }),
          fleetSize,
          NOW,
        );
        // Two writes a cadence, as an agent at most makes; the minute is what rounding may cost.
        assert.ok((2 * fleetSize) / (cadenceSeconds + 60) <= 1.5);
      }),
    );
  });

  it("let larger fleets write as often as that allows, in whole minutes, and small ones every fifteen samples", () => {
    const cadenceOf = (fleetSize: number) => instructionsFor(anAccountPolicy(), fleetSize, NOW).cadenceSeconds;
    assert.deepEqual([675, 719, 720, 2000].map(cadenceOf), [900, 900, 960, 2640]);
  });

  it("name sixteen times of a kind at most, the least ones, and that some app is never stopped", () => {
    const match = { space: () => true };
    const many = Array.from({ length: 30 }, (_, i) => ({
      match,
      set: { idleTimeInSeconds: 60 + i, hungAfter: 60 + i },
    }));
    const sixteen = Array.from({ length: 16 }, (_, i) => 60 + i);
    const { idleTimes, hungAfter } = instructionsFor(anAccountPolicy({ rules: many }), 1, NOW);
    assert.deepEqual([idleTimes, hungAfter], [sixteen, sixteen]);
    const rules = [...many, { match, set: { exempt: true } }];
    assert.deepEqual(instructionsFor(anAccountPolicy({ rules }), 1, NOW).idleTimes, [...sixteen.slice(0, 15), NEVER]);
  });

  it("do not change with every app that comes or goes", () => {
    const cadences = new Set(
      Array.from({ length: 40 }, (_, i) => instructionsFor(anAccountPolicy(), 2000 + i, NOW).cadenceSeconds),
    );
    assert.ok(cadences.size <= 2);
  });

  it("name the ways that anybody is told by", () => {
    const defaults = aPolicy({ notifyIn: ["terminal"] });
    const rules: Policy["rules"] = [{ match: { space: () => true }, set: { notifyIn: ["file", "terminal"] } }];
    assert.deepEqual(instructionsFor(anAccountPolicy({ defaults }), 1, NOW).ways, ["terminal"]);
    assert.deepEqual(instructionsFor(anAccountPolicy({ defaults, rules }), 1, NOW).ways, ["terminal", "file"]);
    assert.deepEqual(instructionsFor(anAccountPolicy({ defaults: aPolicy({ notifyIn: [] }) }), 1, NOW).ways, []);
  });

  it("name each timeout in force once, in order, and a handful at most", () => {
    const rule = (idleTimeInSeconds: number) => ({ match: { space: () => true }, set: { idleTimeInSeconds } });
    const policy = anAccountPolicy({
      defaults: aPolicy({ idleTimeInSeconds: 3600 }),
      rules: [rule(900), rule(3600), rule(60)],
    });
    assert.deepEqual(instructionsFor(policy, 1, NOW).timeouts, [60, 900, 3600]);
    assert.equal(
      instructionsFor(anAccountPolicy({ rules: Array.from({ length: 50 }, (_, i) => rule(60 + i)) }), 1, NOW).timeouts
        .length,
      16,
    );
  });

  const hours = {
    timeZone: "Europe/Berlin",
    days: ["mon" as const],
    from: "08:00",
    to: "18:00",
    idleTimeInSeconds: 600,
  };

  it("name the timeouts within working hours and outside, with those at which somebody is warned", () => {
    const policy = anAccountPolicy({ defaults: aPolicy({ hours, warnBefore: 120 }) });
    const { timeouts, idleTimes } = instructionsFor(policy, 1, NOW);
    assert.deepEqual(
      [timeouts, idleTimes],
      [
        [480, 600, 3480, 3600],
        [600, 3600],
      ],
    );
  });

  it("name the least age at which apps are stopped, of those that are", () => {
    const match = { space: () => true };
    const rules = [
      { match, set: { maxAge: 7200 } },
      { match, set: { maxAge: 3600, mode: "dry-run" as const } },
      { match, set: { maxAge: 1800, exempt: true } },
      { match, set: { maxAge: undefined } },
    ];
    const policy = anAccountPolicy({ defaults: aPolicy({ maxAge: 90_000 }), rules });
    assert.equal(instructionsFor(policy, 1, NOW).maxAge, 7200);
  });

  it("name the longest keep-alive and the longest warning that anybody may have", () => {
    const match = { space: () => true };
    const rules = [
      { match, set: { keepAliveAtMost: 60, warnBefore: 900 } },
      { match, set: { keepAliveAtMost: 172_800, warnBefore: 60 } },
    ];
    const { keepAtMost, warnBefore } = instructionsFor(anAccountPolicy({ rules }), 1, NOW);
    assert.deepEqual([keepAtMost, warnBefore], [172_800, 900]);
  });

  it("leave out the rules that are over, and timeouts that never are", () => {
    const match = { space: () => true };
    const policy = anAccountPolicy({
      defaults: aPolicy({ idleTimeInSeconds: Infinity, warnBefore: 120 }),
      rules: [
        { until: NOW, match, set: { idleTimeInSeconds: 60, hungAfter: 60, keepAliveAtMost: 900_000, warnBefore: 900 } },
        { match, set: { idleTimeInSeconds: 7200 } },
      ],
    });
    const { timeouts, idleTimes, hungAfter, keepAtMost, warnBefore } = instructionsFor(policy, 1, NOW);
    assert.deepEqual(
      [timeouts, idleTimes],
      [
        [7080, 7200],
        [7200, NEVER],
      ],
    );
    assert.deepEqual([hungAfter, keepAtMost, warnBefore], [[86_400], 86_400, 120]);
  });

  it("name one that is hardly ever over where no app is stopped for idleness, since an agent needs one", () => {
    const policy = anAccountPolicy({ defaults: aPolicy({ idleTimeInSeconds: Infinity, warnBefore: 120 }) });
    const { timeouts, idleTimes } = instructionsFor(policy, 1, NOW);
    assert.deepEqual([timeouts, idleTimes], [[NEVER], [NEVER]]);
  });

  it("say that apps may never be stopped where some are exempt or in a dry run, but have their timeouts heard", () => {
    const match = { space: () => true };
    const rules = [{ match, set: { mode: "dry-run" as const, idleTimeInSeconds: 60 } }];
    const { timeouts, idleTimes } = instructionsFor(anAccountPolicy({ rules }), 1, NOW);
    assert.deepEqual(
      [timeouts, idleTimes],
      [
        [60, 3600],
        [3600, NEVER],
      ],
    );
    assert.deepEqual(instructionsFor(anAccountPolicy({ mode: "dry-run" }), 1, NOW).idleTimes, [NEVER]);
    const exempt = anAccountPolicy({ rules: [{ match, set: { exempt: true } }] });
    assert.deepEqual(instructionsFor(exempt, 1, NOW).idleTimes, [3600, NEVER]);
  });

  it("hold whole seconds only, whatever the policy", () => {
    fc.assert(
      fc.property(fc.array(policies, { maxLength: 30 }), policies, (sets, defaults) => {
        const rules = sets.map((set) => ({ match: { space: () => true }, set }));
        const { timeouts, idleTimes, hungAfter, ...told } = instructionsFor(
          anAccountPolicy({ defaults, rules }),
          9,
          NOW,
        );
        const durations = [...timeouts, ...idleTimes, ...hungAfter, told.warnBefore, told.keepAtMost];
        assert.ok(durations.every((seconds) => Number.isInteger(seconds)));
        for (const list of [timeouts, idleTimes, hungAfter]) assert.ok(list.length >= 1 && list.length <= 16);
      }),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SOURCES, type Heartbeat, type Source } from "../../../lib/domain/heartbeat.ts";
import { countSources, examineSources, type Reporter } from "../../../lib/policy/fleet-sources.ts";
import { anApp } from "../builders.ts";

type Idle = Heartbeat["idle"];
const ALL: Idle = { kernels: 60, terminals: 60, cpu: 60, files: 60 };
const HOUR = 3600;

/** So many apps of one kind. */
function apps(count: number, overrides: Partial<Omit<Reporter, "key">> = {}, from = 0): Reporter[] {
  const { type = "JupyterLab", instanceType = "ml.t3.medium", up = 2 * HOUR, idle = ALL } = overrides;
  return Array.from({ length: count }, (_, i) => {
    const { key } = anApp({ owner: { kind: "space", name: `space-${from + i}` }, type });
    return { key, type, instanceType, up, idle };
  });
}
const without = (...sources: readonly Source[]): Idle =>
  Object.fromEntries(Object.entries(ALL).filter(([source]) => !sources.some((one) => one === source)));
const examine = (before: readonly Reporter[], now: readonly Reporter[], share = 0.2) => {
  const counts = countSources(before);
  return examineSources(now, (key) => counts.get(key), share);
};
const tripOf = (before: readonly Reporter[], now: readonly Reporter[]) => {
  const { trip } = examine(before, now);
  return trip && `${trip.source ?? ""} ${trip.affected}/${trip.apps}`;
};

const cases: readonly (readonly [what: string, before: Reporter[], now: Reporter[], trip: string | undefined])[] = [
  ["a whole fleet loses its kernels", apps(40), apps(40, { idle: without("kernels") }), "kernels 40/40"],
  ["a fourth of it does", apps(40), [...apps(30), ...apps(10, { idle: without("files") }, 30)], "files 10/40"],
  [
    "a tenth of it does, as in a slow roll-out",
    apps(60),
    [...apps(54), ...apps(6, { idle: without("cpu") }, 54)],
    undefined,
  ],
  [
    "the smaller type of app loses it",
    [...apps(90), ...apps(10, { type: "CodeEditor" }, 90)],
    [...apps(90), ...apps(10, { type: "CodeEditor", idle: without("terminals") }, 90)],
    "terminals 10/10",
  ],
  ["an ordinary morning fills the fleet", apps(6), apps(200, { up: 30 }), undefined],
  ["a fleet of five loses everything", apps(5), apps(5, { idle: {} }), undefined],
  ["a fleet of six loses a source", apps(6), apps(6, { idle: without("kernels") }), "kernels 6/6"],
  [
    "new apps on Monday lack what all had on Friday",
    apps(8),
    apps(50, { up: 60, idle: without("kernels") }),
    "kernels 50/50",
  ],
  [
    "a source that only some had goes",
    [...apps(20), ...apps(20, { idle: without("files") }, 20)],
    apps(40, { idle: without("files") }),
    undefined,
  ],
  ["nothing is known of before", [], apps(40, { idle: without("kernels") }), undefined],
  [
    "at night all have GPUs, and in the morning most have none",
    apps(10, { instanceType: "ml.g5.xlarge", idle: { ...ALL, gpu: 9 } }),
    [...apps(10, { instanceType: "ml.g5.xlarge", idle: { ...ALL, gpu: 9 } }), ...apps(80, {}, 10)],
    undefined,
  ],
  [
    "a driver loses the GPUs",
    apps(10, { instanceType: "ml.g5.xlarge", idle: { ...ALL, gpu: 9 } }),
    apps(10, { instanceType: "ml.g5.xlarge" }),
    "gpu 10/10",
  ],
  [
    "Code Editor apps are too new for a note of the editor",
    apps(10, { type: "CodeEditor", idle: { ...ALL, editor: 9 } }),
    apps(10, { type: "CodeEditor", up: 60 }),
    undefined,
  ],
  [
    "Code Editor writes its note elsewhere",
    apps(10, { type: "CodeEditor", idle: { ...ALL, editor: 9 } }),
    apps(10, { type: "CodeEditor" }),
    "editor 10/10",
  ],
  [
    "two sources go, most of all one",
    apps(40),
    [...apps(30, { idle: without("files") }), ...apps(10, { idle: {} }, 30)],
    "files 40/40",
  ],
  ["two sources go alike", apps(40), apps(40, { idle: without("terminals", "cpu") }), "terminals 40/40"],
  [
    "one goes in many, and another in some",
    apps(40),
    [...apps(30, { idle: without("kernels") }), ...apps(10, { idle: without("files", "kernels") }, 30)],
    "kernels 40/40",
  ],
  [
    "a source goes that nine of ten had",
    [...apps(18), ...apps(2, { idle: without("files") }, 18)],
    apps(20, { idle: without("files") }),
    "files 20/20",
  ],
  [
    "a source goes that fewer had",
    [...apps(17), ...apps(3, { idle: without("files") }, 17)],
    apps(20, { idle: without("files") }),
    undefined,
  ],
  ["only five apps were there before", apps(5), apps(40, { idle: without("kernels") }), undefined],
  ["editors from afar leave JupyterLab apps", apps(10, { idle: { ...ALL, editor: 9 } }), apps(10), undefined],
  [
    "Code Editor apps are just old enough for a note of the editor",
    apps(10, { type: "CodeEditor", idle: { ...ALL, editor: 9 } }),
    apps(10, { type: "CodeEditor", up: 1800 }),
    "editor 10/10",
  ],
  [
    "no app can read its kernels, which keeps them all",
    apps(40),
    apps(40, { idle: { ...ALL, kernels: null } }),
    undefined,
  ],
];

describe("a source that goes missing across the fleet", () => {
  for (const [what, before, now, trip] of cases)
    it(`${trip === undefined ? "does not trip" : "trips"} the breaker where ${what}`, () => {
      assert.equal(tripOf(before, now), trip);
    });

  it("marks the apps that lack it, and no other", () => {
    const lacking = apps(20, { idle: without("kernels") }, 20);
    const { incomplete } = examine(apps(40), [...apps(20), ...lacking]);
    assert.deepEqual(incomplete, new Set(lacking.map(({ key }) => key)));
  });

  it("that is only unreadable is told of agents that had the time to read it, and holds nothing", () => {
    const settled = apps(10, { idle: { ...ALL, kernels: null } });
    const starting = apps(40, { up: 60, idle: { ...ALL, kernels: null } }, 10);
    const { trip, incomplete } = examine(apps(40), [...settled, ...starting]);
    assert.deepEqual([trip, incomplete], [undefined, new Set(settled.map(({ key }) => key))]);
  });

  it("that is only unreadable is told from half an hour of an agent on, of six apps or more", () => {
    const told = (count: number, up: number) =>
      examine([], apps(count, { up, idle: { ...ALL, kernels: null } })).incomplete.size;
    assert.deepEqual([told(6, 1800), told(6, 1799), told(5, 1800)], [6, 0, 0]);
  });

  it("never trips where the policy allows any share", () => {
    assert.equal(examine(apps(40), apps(40, { idle: {} }), 1).trip, undefined);
  });

  const idle = fc.record(Object.fromEntries(SOURCES.map((source) => [source, fc.option(fc.nat(100_000))])), {
    requiredKeys: [],
    noNullPrototype: true,
  });
  const fleet = fc
    .array(fc.record({ idle, up: fc.nat(20_000), type: fc.constantFrom("JupyterLab", "CodeEditor") }), {
      maxLength: 60,
    })
    .map((all) => all.flatMap((one, i) => apps(1, one, i)));

  it("never trips for a fleet that reports what it did, in any mix, nor for one of up to five apps", () => {
    fc.assert(
      fc.property(fleet, fleet, (before, now) => {
        const grown = [...before, ...before.map((one, i) => ({ ...one, ...apps(1, one, 100 + i)[0] }))];
        assert.equal(examine(before, grown).trip, undefined);
        assert.equal(examine(before, now.slice(0, 5)).trip, undefined);
      }),
    );
  });

  it("always trips where every app of a type loses what every one of them reported", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 80 }),
        fc.constantFrom("kernels", "terminals", "cpu", "files"),
        (count, source) => {
          assert.equal(tripOf(apps(count), apps(count, { idle: without(source) })), `${source} ${count}/${count}`);
        },
      ),
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { rememberSightings, type SightingPages } from "../../../lib/sweep/remember-sightings.ts";
import { readPages, toPages } from "../../../lib/sweep/sighting-pages.ts";
import {
  mergeSightings,
  ofThisIncarnation,
  seeListing,
  sightingId,
  sightingOf,
  type Sighting,
  type Sightings,
} from "../../../lib/sweep/sightings.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { aHeartbeat, anAccountPolicy, aPolicy, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { atNow, inSpace } from "./apps-in-spaces.ts";

const id = (i: number) => sightingId(inSpace(`space-${i}`).key);

const anySighting: fc.Arbitrary<Sighting> = fc
  .tuple(fc.nat(2e12), fc.option(fc.nat(1e8), { nil: undefined }))
  .map(([down, more]) => {
    const downAt = new Date(down);
    return { downAt, upAt: more === undefined ? undefined : new Date(down + more) };
  });
const anySightings: fc.Arbitrary<Sightings> = fc
  .array(anySighting, { maxLength: 600, size: "max" })
  .map((all) => new Map(all.map((sighting, i) => [id(i), sighting])));

/** Pages that are there, with what was written to them, and a write that fails from the nth on. */
function pageStore(
  failsFrom = Infinity,
): SightingPages & { readonly written: number[]; readonly pages: Map<number, string> } {
  const pages = new Map<number, string>();
  const written: number[] = [];
  return {
    pages,
    written,
    read: () => Promise.resolve(new Map(pages)),
    write(number, text) {
      if (written.length >= failsFrom) return Promise.reject(new Error("ThrottlingException"));
      written.push(number);
      pages.set(number, text);
      return Promise.resolve();
    },
  };
}

async function save(store: SightingPages, sightings: Sightings): Promise<void> {
  const memory = rememberSightings(store);
  await memory.recall();
  await memory.save(sightings);
}

describe("what sweeps saw", () => {
  it("comes back from its pages as it was, each of which fits a standard parameter", () => {
    fc.assert(
      fc.property(anySightings, fc.nat(9), (sightings, atLeast) => {
        const pages = toPages(sightings, atLeast);
        assert.deepEqual(new Map([...readPages(pages)].sort()), new Map([...sightings].sort()));
        for (const text of pages.values()) assert.ok(Buffer.byteLength(text) <= 4096);
      }),
      { numRuns: 200 },
    );
  });

  it("is in the same texts in whatever order it was seen", () => {
    const entries = Array.from({ length: 9 }, (_, i): [string, Sighting] => [id(i), { downAt: NOW }]);
    const texts = [entries, entries.toReversed(), entries.toSorted()].map((of) => toPages(new Map(of), 1).get(0));
    assert.equal(new Set(texts).size, 1);
  });

  it("of ten thousand apps takes at most 128 parameters", () => {
    const sighting = { downAt: NOW, upAt: secondsAfter(NOW, 86_399) };
    const pages = toPages(new Map(Array.from({ length: 10_000 }, (_, i) => [id(i), sighting])), 1);
    assert.ok(pages.size <= 128);
  });

  it("is written where it changed, and not at all where nothing did", async () => {
    const store = pageStore();
    await save(store, new Map());
    assert.deepEqual(store.written, []);
    const many = new Map(Array.from({ length: 600 }, (_, i): [string, Sighting] => [id(i), { downAt: NOW }]));
    await save(store, many);
    const pages = store.pages.size;
    assert.ok(pages > 1);
    await save(store, many);
    assert.equal(store.written.length, pages);
    await save(store, new Map([...many, [id(7), { downAt: NOW, upAt: secondsAfter(NOW, 60) }]]));
    assert.equal(store.written.length, pages + 1);
  });

  it("outlives a save that breaks off anywhere, as what was there or what was to be", async () => {
    await fc.assert(
      fc.asyncProperty(anySightings, anySightings, fc.nat(6), async (before, after, failsFrom) => {
        const store = pageStore();
        await save(store, before);
        const failing = pageStore(failsFrom);
        for (const [number, text] of store.pages) failing.pages.set(number, text);
        await save(failing, after).catch(() => undefined);
        const recalled = await rememberSightings(failing).recall();
        for (const [key, sighting] of recalled)
          assert.ok([before.get(key), after.get(key)].some((one) => one && String(one.upAt) === String(sighting.upAt)));
        for (const key of before.keys()) assert.ok(!after.has(key) || recalled.has(key));
      }),
      { numRuns: 200 },
    );
  });

  const badPages: readonly (readonly [text: string, why: RegExp])[] = [
    ["{", /its text: Invalid JSON/],
    ['{"v":2,"apps":{}}', /v: /],
    ['{"v":1,"apps":{},"more":1}', /more: /],
    ['{"v":1,"apps":{"short":[1]}}', /apps\.short: /],
    ['{"v":1,"apps":{"abcdefghi":[1]}}', /apps\.abcdefghi: /],
    ['{"v":1,"apps":{"abcd fgh":[1]}}', /apps\.abcd fgh: /],
    ['{"v":1,"apps":{"abcdefgh":[]}}', /apps\.abcdefgh/],
    ['{"v":1,"apps":{"abcdefgh":[1,2,3]}}', /apps\.abcdefgh/],
    ['{"v":1,"apps":{"abcdefgh":[-1]}}', /apps\.abcdefgh/],
    ['{"v":1,"apps":{"abcdefgh":[1.5]}}', /apps\.abcdefgh/],
    ['{"v":1,"apps":{"abcdefgh":["1"]}}', /apps\.abcdefgh/],
    ['{"v":1,"apps":{"abcdefgh":[100000000000001]}}', /apps\.abcdefgh/],
  ];
  for (const [text, why] of badPages) {
    it(`is not read from ${text}, and what is wrong is named`, () => {
      assert.throws(
        () => readPages(new Map([[3, text]])),
        (error) =>
          error instanceof Error &&
          error.message.startsWith("the parameter sightings/3 cannot be read (") &&
          error.message.endsWith("); delete it to begin anew") &&
          why.test(error.message),
      );
    });
  }

  it("is read from pages at their bounds", () => {
    const read = readPages(
      new Map([
        [0, '{"v":1,"apps":{"abcdefgh":[0]}}'],
        [1, '{"v":1,"apps":{"-_AZ09az":[100000000000000,0]}}'],
      ]),
    );
    const last = new Date(1e14);
    const expected = [
      ["abcdefgh", { downAt: new Date(0), upAt: undefined }],
      ["-_AZ09az", { downAt: last, upAt: last }],
    ] as const;
    assert.deepEqual(read, new Map<string, Sighting>(expected));
  });

  const [early, later] = [new Date(1000), new Date(2000)];
  const younger: readonly (readonly [what: string, younger: Sighting, older: Sighting])[] = [
    ["that is still down", { downAt: early }, { downAt: later, upAt: later }],
    ["that was in service later", { downAt: early, upAt: later }, { downAt: early, upAt: early }],
    ["that was down later", { downAt: later }, { downAt: early }],
  ];
  for (const [what, one, other] of younger) {
    it(`in two places counts as it is in the one ${what}`, () => {
      const [first, second] = [new Map([[id(1), one]]), new Map([[id(1), other]])];
      for (const merged of [mergeSightings(first, second), mergeSightings(second, first)])
        assert.deepEqual(merged.get(id(1)), one);
    });
  }

  it("in two places is all there", () => {
    const merged = mergeSightings(new Map([[id(1), { downAt: early }]]), new Map([[id(2), { downAt: later }]]));
    assert.deepEqual([...merged.keys()], [id(1), id(2)]);
  });

  it("goes from its pages with the apps that are listed no longer, though fewer pages would do", async () => {
    const store = pageStore();
    await save(store, new Map(Array.from({ length: 600 }, (_, i): [string, Sighting] => [id(i), { downAt: NOW }])));
    const left = new Map<string, Sighting>([[id(7), { downAt: NOW, upAt: undefined }]]);
    await save(store, left);
    assert.deepEqual(await rememberSightings(store).recall(), left);
  });

  it("is there as it was saved last, also where that is what was there at first", async () => {
    const store = pageStore();
    const [first, second] = [NOW, secondsAfter(NOW, 60)].map(
      (downAt) => new Map([[id(1), { downAt, upAt: undefined }]]),
    );
    await save(store, first ?? new Map());
    const memory = rememberSightings(store);
    await memory.recall();
    await memory.save(second ?? new Map());
    await memory.save(first ?? new Map());
    assert.deepEqual(await rememberSightings(store).recall(), first);
  });

  it("is known to the next sweep of the process where it could not be written", async () => {
    const store = pageStore(0);
    const memory = rememberSightings(store);
    await memory.recall();
    await assert.rejects(memory.save(new Map([[id(1), { downAt: NOW }]])), /Throttling/);
    assert.deepEqual((await memory.recall()).get(id(1)), { downAt: NOW });
  });

  it("is not written over where it could not be read, and the page is named", async () => {
    const store = pageStore();
    store.pages.set(0, "mine!");
    const memory = rememberSightings(store);
    await assert.rejects(memory.recall(), /parameter sightings\/0 cannot be read \(its text: Invalid JSON/);
    await memory.save(new Map([[id(1), { downAt: NOW }]]));
    assert.deepEqual(store.pages.get(0), "mine!");
    store.pages.clear();
    assert.deepEqual((await memory.recall()).get(id(1)), { downAt: NOW });
  });
});

describe("a look at an app", () => {
  const beganAt = secondsAfter(NOW, 100);
  const endedAt = secondsAfter(NOW, 110);
  const at = (seconds: number) => secondsAfter(NOW, seconds);
  const wasDown = { downAt: at(50) };
  const wasUp = { downAt: at(50), upAt: at(60) };
  type Case = readonly [
    what: string,
    before: Sighting | undefined,
    listed: "up" | "down",
    heardAt: number | undefined,
    after: Sighting | undefined,
  ];
  const cases: readonly Case[] = [
    ["that was never seen down is nothing to remember", undefined, "up", 90, undefined],
    ["that is down for the first time is from when the look began", undefined, "down", undefined, { downAt: beganAt }],
    ["that is still down is from when it was first", wasDown, "down", undefined, wasDown],
    ["that is still down, and was heard before that, too", wasDown, "down", 49, wasDown],
    ["that was heard since it was down is down anew", wasDown, "down", 50, { downAt: beganAt }],
    ["that was heard after this look began is still down", wasDown, "down", 100, wasDown],
    ["that is in service again is from when the look ended", wasDown, "up", undefined, { ...wasDown, upAt: endedAt }],
    ["that is in service still is from when it was first", wasUp, "up", 90, wasUp],
    ["that is down once more is from when the look began", wasUp, "down", undefined, { downAt: beganAt }],
  ];
  for (const [what, before, listed, heardAt, after] of cases) {
    it(what, () => {
      const one = inSpace("looked-at");
      const readings = new Map(heardAt === undefined ? [] : [[one.key, aHeartbeat({}, at(heardAt))]]);
      const incarnations = new Map([[one.key, { app: one, isInService: listed === "up" }]]);
      const known = new Map(before === undefined ? [] : [[sightingId(one.key), before]]);
      const seen = seeListing(known, { incarnations, readings, beganAt, endedAt });
      assert.deepEqual(sightingOf(seen, one.key), after);
    });
  }

  it("takes what was heard before it was down for nothing, and what came at that instant for its own", () => {
    const [former, own] = [aHeartbeat({}, at(49)), aHeartbeat({}, at(50))];
    assert.deepEqual(ofThisIncarnation(former, wasDown), { kind: "none" });
    assert.equal(ofThisIncarnation(own, wasDown), own);
    assert.equal(ofThisIncarnation(former, undefined), former);
    assert.deepEqual(ofThisIncarnation({ kind: "none" }, wasDown), { kind: "none" });
  });
});

describe("a sweep that cannot read what earlier ones saw", () => {
  const silent = inSpace("silent");
  const policy = anAccountPolicy({ defaults: aPolicy({ silentAfter: 60 }) });

  it("stops nothing for silence, and says so", async () => {
    const { ports, changes } = fakeAccount({ apps: [silent], policy });
    const recall = () => Promise.reject(new Error("AccessDenied"));
    const { judged, failures } = await sweep({ ...ports, sightings: { ...ports.sightings, recall } }, atNow);
    assert.deepEqual(
      judged.map(({ verdict }) => verdict.reason),
      ["no-heartbeat"],
    );
    assert.deepEqual(changes, ["publish"]);
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["reading what earlier sweeps saw: AccessDenied"],
    );
    assert.equal((await sweep(fakeAccount({ apps: [silent], policy }).ports, atNow)).judged[0]?.outcome, "stopped");
  });

  it("stops for silence where it cannot write, and says so", async () => {
    const { ports } = fakeAccount({ apps: [silent], policy });
    const save = () => Promise.reject(new Error("AccessDenied"));
    const { judged, failures } = await sweep({ ...ports, sightings: { ...ports.sightings, save } }, atNow);
    assert.equal(judged[0]?.outcome, "stopped");
    assert.match(failures.map(({ message }) => message).join(), /^keeping what was seen: AccessDenied/);
  });

  it("knows of an app that it stopped itself, should it be in service again at the next", async () => {
    const { ports } = fakeAccount({ apps: [silent], policy });
    await sweep(ports, atNow);
    assert.deepEqual(sightingOf(await ports.sightings.recall(), silent.key), { downAt: NOW, upAt: undefined });
    const { judged } = await sweep(ports, () => secondsAfter(NOW, 30));
    assert.deepEqual(
      judged.map(({ verdict }) => verdict.reason),
      ["no-heartbeat"],
    );
  });
});

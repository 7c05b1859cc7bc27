import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SOURCES } from "../../../lib/domain/heartbeat.ts";
import { countKey } from "../../../lib/policy/fleet-sources.ts";
import { NOTHING_KNOWN, rememberFleet } from "../../../lib/sweep/fleet-memory.ts";
import { NOW } from "../builders.ts";
import { textInMemory } from "../fake-account.ts";

describe("what sweeps remember of the fleet", () => {
  const counts = new Map(
    ["JupyterLab", "CodeEditor"].flatMap((type) =>
      SOURCES.map((source) => [countKey(type, source), { apps: 10_000, reporting: 10_000 }] as const),
    ),
  );
  const state = {
    breaker: "source-missing",
    keptAlive: new Set(["abcdefgh", "AB-_5678"]),
    sources: [
      { takenAt: NOW, counts },
      { takenAt: new Date("2026-03-01T15:00:00Z"), counts },
    ],
  } as const;

  const misunderstood = [
    ...[
      "",
      "{",
      "[]",
      '{"v":2,"keptAlive":""}',
      '{"v":1}',
      '{"v":1,"keptAlive":"short"}',
      '{"v":1,"keptAlive":"abcdefghijkl"}',
      '{"v":1,"keptAlive":"abcd fgh"}',
    ],
    ...['{"v":1,"keptAlive":"","breaker":"mine"}', '{"v":1,"keptAlive":"","sources":[[1]]}'],
    ...[
      "[-1,{}]",
      "[1.5,{}]",
      "[100000000001,{}]",
      "[1,{},{}]",
      '[1,{"a":[1]}]',
      '[1,{"a":[1,-1]}]',
      '[1,{"a":[0.5,0]}]',
    ].map((snapshot) => `{"v":1,"keptAlive":"","sources":[${snapshot}]}`),
    '{"v":1,"keptAlive":"","sources":[[1,{}],[2,{}],[3,{}]]}',
  ];

  it("is read from what was written by a former version, and at its bounds", async () => {
    const read = (text: string) => rememberFleet(textInMemory(text)).recall();
    assert.deepEqual(await read('{"v":1,"keptAlive":"abcdefgh"}'), {
      ...NOTHING_KNOWN,
      keptAlive: new Set(["abcdefgh"]),
    });
    const sources = [
      [0, { a: [0, 0] }],
      [1e11, {}],
    ];
    const { sources: known, breaker } = await read(
      JSON.stringify({ v: 1, breaker: "fleet-idle", sources, keptAlive: "" }),
    );
    assert.equal(breaker, "fleet-idle");
    assert.deepEqual(known, [
      { takenAt: new Date(0), counts: new Map([["a", { apps: 0, reporting: 0 }]]) },
      { takenAt: new Date(1e14), counts: new Map() },
    ]);
  });

  it("is not written where there is nothing to know, nor again what was written", async () => {
    const written: string[] = [];
    const write = (text: string) => Promise.resolve(void written.push(text));
    const memory = rememberFleet({ read: () => Promise.resolve(undefined), write });
    await memory.recall();
    await memory.save(NOTHING_KNOWN);
    for (const keptAlive of [
      ["bbbbbbbb", "aaaaaaaa"],
      ["aaaaaaaa", "bbbbbbbb"],
    ])
      await memory.save({ ...NOTHING_KNOWN, keptAlive: new Set(keptAlive) });
    assert.deepEqual(written, ['{"v":1,"sources":[],"keptAlive":"aaaaaaaabbbbbbbb"}']);
  });

  it("comes back as it was, is written only where it changed, and is anew where it cannot be understood", async () => {
    const store = textInMemory();
    const written: string[] = [];
    const memory = () =>
      rememberFleet({
        ...store,
        write: (text) => {
          written.push(text);
          return store.write(text);
        },
      });
    await memory().save(state);
    const next = memory();
    assert.deepEqual(await next.recall(), state);
    await next.save(state);
    assert.equal(written.length, 1);
    for (const text of misunderstood) assert.deepEqual(await rememberFleet(textInMemory(text)).recall(), NOTHING_KNOWN);
  });

  it("fits a standard parameter, with as many keep-alives as it takes", async () => {
    let length = 0;
    const write = (text: string) => {
      length = Buffer.byteLength(text);
      return Promise.resolve();
    };
    const keptAlive = new Set(Array.from({ length: 500 }, (_, i) => String(i).padStart(8, "0")));
    await rememberFleet({ read: () => Promise.resolve(undefined), write }).save({ ...state, keptAlive });
    assert.ok(length > 2400 && length <= 4096, String(length));
  });
});

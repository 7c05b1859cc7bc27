import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import * as v from "valibot";
import type { App, AppKey } from "../../../lib/domain/app.ts";
import { SOURCES, type Heartbeat, type Reading } from "../../../lib/domain/heartbeat.ts";
import { countKey } from "../../../lib/policy/fleet-sources.ts";
import { DETAILS } from "../../../lib/sweep/events.ts";
import { NOTHING_KNOWN, rememberFleet } from "../../../lib/sweep/fleet-memory.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fleets } from "../arbitraries.ts";
import { aHeartbeat, anAccountPolicy, anApp, aPolicy, NOW } from "../builders.ts";
import { fakeAccount, textInMemory } from "../fake-account.ts";

const clock = () => NOW;
const space = (name: string, overrides: Partial<App> = {}) => anApp({ owner: { kind: "space", name }, ...overrides });
const idleFor = (seconds: number, more: Partial<Heartbeat> = {}) =>
  aHeartbeat({ idle: { kernels: seconds, terminals: seconds }, ...more });
const wish = (seconds = 7200) => idleFor(9000, { keepAlive: { for: seconds, since: 0 } });
const warning = anAccountPolicy({ defaults: aPolicy({ warnBefore: 600 }) });
const kinds = (events: readonly { type: string }[]) => events.map(({ type }) => type);

/** An account whose heartbeats change between its sweeps. */
function anAccount(apps: readonly App[], setup: Partial<Parameters<typeof fakeAccount>[0]> = {}) {
  const readings = new Map<AppKey, Reading>();
  const account = fakeAccount({ apps, readings, ...setup });
  return { ...account, say: (app: App, reading: Reading) => void readings.set(app.key, reading) };
}

describe("events", () => {
  it("say once what is stopped, whose it is, why, and when", async () => {
    const app = space("idler");
    const owners = new Map([[`${app.domainId}/idler`, "ada"]]);
    const { ports, events, say } = anAccount([app], { owners });
    say(app, idleFor(4000));
    await sweep(ports, clock);
    assert.deepEqual(events, [
      {
        type: "stopped",
        detail: {
          app: app.key,
          domainId: app.domainId,
          space: "idler",
          userProfile: "ada",
          appType: "JupyterLab",
          appName: "default",
          instanceType: "ml.t3.medium",
          rule: "defaults",
          idleSeconds: 4000,
          reason: "idle",
          why: "idle for 1 h 6 min",
          stoppedAt: "2026-03-01T12:00:00Z",
          text:
            "The JupyterLab app default (space idler, user profile ada, domain d-abcdefghijkl) " +
            "was stopped at 2026-03-01 12:00 UTC: idle for 1 h 6 min.",
        },
      },
    ]);
  });

  it("say a warning once, when its notice is written, with what the notice says", async () => {
    const app = space("idler");
    const { ports, events, say } = anAccount([app], { policy: warning });
    say(app, idleFor(3000));
    await sweep(ports, clock);
    await sweep(ports, clock);
    assert.deepEqual(kinds(events), ["warned"]);
    assert.partialDeepStrictEqual(events[0]?.detail, {
      why: "idle for 50 min",
      stopAt: "2026-03-01T12:10:00Z",
      keepAtMost: 86_400,
      text:
        "The JupyterLab app default (space idler, domain d-abcdefghijkl) will be stopped at 2026-03-01 12:10 UTC: " +
        "idle for 50 min. Whoever goes on working in it prevents that. " +
        "Its user can keep it from within, for 1 d at most.",
    });
  });

  it("say that an app will be too old, which no work in it prevents", async () => {
    const app = space("old");
    const { ports, events, say } = anAccount([app], {
      policy: anAccountPolicy({ defaults: aPolicy({ maxAge: 86_400, warnBefore: 600, keepAliveAtMost: 0 }) }),
    });
    say(app, idleFor(10, { up: 86_300 }));
    await sweep(ports, clock);
    assert.deepEqual(kinds(events), ["warned"]);
    assert.partialDeepStrictEqual(events[0]?.detail, { reason: "max-age", keepAtMost: 0 });
    assert.match(events[0]?.detail.text ?? "", /^The JupyterLab app .* will be stopped at [^.]*\.$/);
  });

  it("say nothing of a warning that could not be written", async () => {
    const app = space("idler");
    const { ports, events, say } = anAccount([app], { policy: warning, unwritable: new Set([app.key]) });
    say(app, idleFor(3000));
    await sweep(ports, clock);
    assert.deepEqual(events, []);
  });

  it("say a keep-alive when it begins, and again only after it was over", async () => {
    const app = space("kept");
    const { ports, events, say } = anAccount([app]);
    const after = async (reading: Reading) => {
      say(app, reading);
      await sweep(ports, clock);
      return kinds(events).join();
    };
    assert.equal(await after(wish()), "kept-alive");
    assert.equal(await after(wish(3600)), "kept-alive");
    assert.partialDeepStrictEqual(events[0]?.detail, {
      why: "kept until 2026-03-01 13:59 UTC by its user",
      keptUntil: "2026-03-01T13:59:50Z",
    });
    assert.equal(await after(idleFor(60)), "kept-alive");
    assert.equal(await after(wish()), "kept-alive,kept-alive");
  });

  it("say a keep-alive once though tags cannot be read for a while", async () => {
    const app = space("kept");
    const { ports, events, say } = anAccount([app]);
    say(app, wish());
    await sweep(ports, clock);
    await sweep({ ...ports, readTags: () => Promise.reject(new Error("AccessDenied")) }, clock);
    await sweep(ports, clock);
    assert.deepEqual(kinds(events), ["kept-alive"]);
  });

  it("say a keep-alive once though it is not known for a while which rule holds", async () => {
    const app = space("kept");
    let isKnown = true;
    const domain = () => (isKnown ? false : ("unknown" as const));
    const policy = anAccountPolicy({ rules: [{ match: { domain }, set: { exempt: true } }] });
    const { ports, events, say } = anAccount([app], { policy });
    say(app, wish());
    for (const known of [true, false, true]) {
      isKnown = known;
      await sweep(ports, clock);
    }
    assert.deepEqual(kinds(events), ["kept-alive"]);
  });

  it("say nothing where nothing was done", async () => {
    const { ports } = anAccount([space("new")]);
    const published: unknown[] = [];
    const publish = (of: unknown) => Promise.resolve(void published.push(of));
    const { failures } = await sweep({ ...ports, events: { publish } }, clock);
    assert.deepEqual([published, failures], [[], []]);
  });

  it("say the keep-alives for which there is room, and forget none that was said for them", async () => {
    const apps = Array.from({ length: 400 }, (_, i) => space(`kept-${i}`));
    const { ports, events, say } = anAccount(apps);
    const saidAfter = async (from: number, to: number) => {
      for (const app of apps.slice(from, to)) say(app, wish());
      await sweep(ports, clock);
      return events.length;
    };
    assert.deepEqual([await saidAfter(200, 400), await saidAfter(100, 200), await saidAfter(0, 100)], [200, 300, 300]);
  });

  it("say each keep-alive beside others that go on", async () => {
    const apps = Array.from({ length: 300 }, (_, i) => space(`kept-${i}`));
    const { ports, events, say } = anAccount(apps);
    for (const [from, to] of [
      [0, 200],
      [200, 300],
    ] as const) {
      for (const app of apps.slice(from, to)) say(app, wish());
      await sweep(ports, clock);
    }
    assert.equal(events.length, 300);
  });

  it("say a keep-alive that began while tags could not be read once they can", async () => {
    const [before, meanwhile] = [space("before"), space("meanwhile")];
    const { ports, events, say } = anAccount([before, meanwhile]);
    say(before, wish());
    await sweep(ports, clock);
    say(meanwhile, wish());
    await sweep({ ...ports, readTags: () => Promise.reject(new Error("AccessDenied")) }, clock);
    assert.equal(events.length, 1);
    await sweep(ports, clock);
    assert.equal(events.length, 2);
  });

  it("say no keep-alive twice, however many there are: those for which there is no room are not said", async () => {
    const apps = Array.from({ length: 500 }, (_, i) => space(`kept-${i}`));
    const { ports, events, say } = anAccount(apps);
    for (const app of apps) say(app, wish());
    await sweep(ports, clock);
    await sweep(ports, clock);
    assert.equal(events.length, 300);
    for (const app of apps.slice(0, 100)) say(app, idleFor(60));
    await sweep(ports, clock);
    assert.equal(new Set(events.map(({ detail }) => "app" in detail && detail.app)).size, events.length);
  });

  it("say that the breaker tripped when it does, not while it is open, and again when it trips anew", async () => {
    const apps = Array.from({ length: 90 }, (_, i) => space(`app-${i}`));
    const { ports, events, say } = anAccount(apps);
    const after = async (reading: Reading) => {
      for (const app of apps) say(app, reading);
      await sweep(ports, clock);
      return kinds(events).join();
    };
    assert.equal(await after(idleFor(4000)), "breaker");
    assert.equal(await after(idleFor(4060)), "breaker");
    assert.partialDeepStrictEqual(events[0]?.detail, { cause: "fleet-idle", apps: 90, affected: 90 });
    assert.equal(await after(idleFor(60)), "breaker");
    assert.equal(await after(idleFor(4000)), "breaker,breaker");
  });

  it("tell nobody of a dry run, and say what has begun at the first live sweep", async () => {
    const [kept, idler] = [space("kept"), space("idler")];
    const dryRun = anAccountPolicy({ mode: "dry-run", defaults: aPolicy({ warnBefore: 600 }) });
    const { ports, events, say } = anAccount([kept, idler], { policy: dryRun });
    say(kept, wish());
    say(idler, idleFor(4000));
    await sweep(ports, clock);
    assert.deepEqual(events, []);
    await sweep({ ...ports, readPolicy: () => Promise.resolve({ policy: anAccountPolicy(), version: 2 }) }, clock);
    assert.deepEqual(kinds(events).toSorted(), ["kept-alive", "stopped"]);
  });

  it("that cannot be published are a failure of the sweep, which hides no stop and undoes none", async () => {
    const [app, kept] = [space("idler"), space("kept")];
    const { ports, events, changes, say } = anAccount([app, kept]);
    say(app, idleFor(4000));
    say(kept, wish());
    const publish = () => Promise.reject(new Error("InternalException"));
    const { judged, failures } = await sweep({ ...ports, events: { publish } }, clock);
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["publishing events: InternalException"],
    );
    assert.deepEqual(judged.map(({ app: { owner }, outcome }) => [owner.name, outcome]).toSorted(), [
      ["idler", "stopped"],
      ["kept", "kept"],
    ]);
    assert.ok(changes.includes(`delete ${app.key}`) && changes.includes(`stopped ${app.key}`));
    await sweep(ports, clock);
    assert.ok(kinds(events).includes("kept-alive"), "the next sweep says what has begun");
  });

  it("have what their schemas say, for every fleet", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, fc.boolean(), async ({ apps, readings }, warns) => {
        const { ports, events } = fakeAccount({ apps, readings, ...(warns && { policy: warning }) });
        await sweep(ports, clock);
        for (const { type, detail } of events) v.parse(v.strictObject(DETAILS[type].entries), detail);
      }),
      { numRuns: 200 },
    );
  });

  it("carry nothing that could command a page, a chat or a template, whatever programs are called", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 60 }), async (name) => {
        const app = space("kept");
        const what = `${name}<!channel> "x" \\ & \` \u202e\n`;
        const { ports, events, say } = anAccount([app]);
        say(app, idleFor(9000, { keepAlive: { for: 7200, since: 0, while: what } }));
        await sweep(ports, clock);
        const [event] = events;
        assert.ok(event);
        assert.doesNotMatch(event.detail.text, /["\\<>&`\p{C}]/u);
        assert.ok(event.detail.text.isWellFormed());
      }),
    );
  });
});

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

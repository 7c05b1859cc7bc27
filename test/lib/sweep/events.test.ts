import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import * as v from "valibot";
import type { App, AppKey } from "../../../lib/domain/app.ts";
import type { Reading } from "../../../lib/domain/heartbeat.ts";
import { DETAILS } from "../../../lib/sweep/events.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fleets } from "../arbitraries.ts";
import { anAccountPolicy, aPolicy } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow, idleFor, inSpace } from "./apps-in-spaces.ts";
import { WARNS } from "./warning-sweep.ts";

const wish = (seconds = 7200) => idleFor(9000, { keepAlive: { for: seconds, since: 0 } });
const kinds = (events: readonly { type: string }[]) => events.map(({ type }) => type);

/** An account whose heartbeats change between its sweeps. */
function anAccount(apps: readonly App[], setup: Partial<Parameters<typeof fakeAccount>[0]> = {}) {
  const readings = new Map<AppKey, Reading>();
  const account = fakeAccount({ apps, readings, ...setup });
  return { ...account, say: (app: App, reading: Reading) => void readings.set(app.key, reading) };
}

describe("events", () => {
  it("say once what is stopped, whose it is, why, and when", async () => {
    const app = inSpace("idler");
    const owners = new Map([[`${app.domainId}/idler`, "ada"]]);
    const { ports, events, say } = anAccount([app], { owners });
    say(app, idleFor(4000));
    await sweep(ports, atNow);
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
    const app = inSpace("idler");
    const { ports, events, say } = anAccount([app], { policy: WARNS });
    say(app, idleFor(3000));
    await sweep(ports, atNow);
    await sweep(ports, atNow);
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
    const app = inSpace("old");
    const { ports, events, say } = anAccount([app], {
      policy: anAccountPolicy({ defaults: aPolicy({ maxAge: 86_400, warnBefore: 600, keepAliveAtMost: 0 }) }),
    });
    say(app, idleFor(10, { up: 86_300 }));
    await sweep(ports, atNow);
    assert.deepEqual(kinds(events), ["warned"]);
    assert.partialDeepStrictEqual(events[0]?.detail, { reason: "max-age", keepAtMost: 0 });
    assert.match(events[0]?.detail.text ?? "", /^The JupyterLab app .* will be stopped at [^.]*\.$/);
  });

  it("say nothing of a warning that could not be written", async () => {
    const app = inSpace("idler");
    const { ports, events, say } = anAccount([app], { policy: WARNS, unwritable: new Set([app.key]) });
    say(app, idleFor(3000));
    await sweep(ports, atNow);
    assert.deepEqual(events, []);
  });

  it("say a keep-alive when it begins, and again only after it was over", async () => {
    const app = inSpace("kept");
    const { ports, events, say } = anAccount([app]);
    const after = async (reading: Reading) => {
      say(app, reading);
      await sweep(ports, atNow);
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
    const app = inSpace("kept");
    const { ports, events, say } = anAccount([app]);
    say(app, wish());
    await sweep(ports, atNow);
    await sweep({ ...ports, readTags: () => Promise.reject(new Error("AccessDenied")) }, atNow);
    await sweep(ports, atNow);
    assert.deepEqual(kinds(events), ["kept-alive"]);
  });

  it("say a keep-alive once though it is not known for a while which rule holds", async () => {
    const app = inSpace("kept");
    let isKnown = true;
    const domain = () => (isKnown ? false : ("unknown" as const));
    const policy = anAccountPolicy({ rules: [{ match: { domain }, set: { exempt: true } }] });
    const { ports, events, say } = anAccount([app], { policy });
    say(app, wish());
    for (const known of [true, false, true]) {
      isKnown = known;
      await sweep(ports, atNow);
    }
    assert.deepEqual(kinds(events), ["kept-alive"]);
  });

  it("say nothing where nothing was done", async () => {
    const { ports } = anAccount([inSpace("new")]);
    const published: unknown[] = [];
    const publish = (of: unknown) => Promise.resolve(void published.push(of));
    const { failures } = await sweep({ ...ports, events: { publish } }, atNow);
    assert.deepEqual([published, failures], [[], []]);
  });

  it("say the keep-alives for which there is room, and forget none that was said for them", async () => {
    const apps = Array.from({ length: 400 }, (_, i) => inSpace(`kept-${i}`));
    const { ports, events, say } = anAccount(apps);
    const saidAfter = async (from: number, to: number) => {
      for (const app of apps.slice(from, to)) say(app, wish());
      await sweep(ports, atNow);
      return events.length;
    };
    assert.deepEqual([await saidAfter(200, 400), await saidAfter(100, 200), await saidAfter(0, 100)], [200, 300, 300]);
  });

  it("say each keep-alive beside others that go on", async () => {
    const apps = Array.from({ length: 300 }, (_, i) => inSpace(`kept-${i}`));
    const { ports, events, say } = anAccount(apps);
    for (const [from, to] of [
      [0, 200],
      [200, 300],
    ] as const) {
      for (const app of apps.slice(from, to)) say(app, wish());
      await sweep(ports, atNow);
    }
    assert.equal(events.length, 300);
  });

  it("say a keep-alive that began while tags could not be read once they can", async () => {
    const [before, meanwhile] = [inSpace("before"), inSpace("meanwhile")];
    const { ports, events, say } = anAccount([before, meanwhile]);
    say(before, wish());
    await sweep(ports, atNow);
    say(meanwhile, wish());
    await sweep({ ...ports, readTags: () => Promise.reject(new Error("AccessDenied")) }, atNow);
    assert.equal(events.length, 1);
    await sweep(ports, atNow);
    assert.equal(events.length, 2);
  });

  it("say no keep-alive twice, however many there are: those for which there is no room are not said", async () => {
    const apps = Array.from({ length: 500 }, (_, i) => inSpace(`kept-${i}`));
    const { ports, events, say } = anAccount(apps);
    for (const app of apps) say(app, wish());
    await sweep(ports, atNow);
    await sweep(ports, atNow);
    assert.equal(events.length, 300);
    for (const app of apps.slice(0, 100)) say(app, idleFor(60));
    await sweep(ports, atNow);
    assert.equal(new Set(events.map(({ detail }) => "app" in detail && detail.app)).size, events.length);
  });

  it("say that the breaker tripped when it does, not while it is open, and again when it trips anew", async () => {
    const apps = Array.from({ length: 90 }, (_, i) => inSpace(`app-${i}`));
    const { ports, events, say } = anAccount(apps);
    const after = async (reading: Reading) => {
      for (const app of apps) say(app, reading);
      await sweep(ports, atNow);
      return kinds(events).join();
    };
    assert.equal(await after(idleFor(4000)), "breaker");
    assert.equal(await after(idleFor(4060)), "breaker");
    assert.partialDeepStrictEqual(events[0]?.detail, { cause: "fleet-idle", apps: 90, affected: 90 });
    assert.equal(await after(idleFor(60)), "breaker");
    assert.equal(await after(idleFor(4000)), "breaker,breaker");
  });

  it("tell nobody of a dry run, and say what has begun at the first live sweep", async () => {
    const [kept, idler] = [inSpace("kept"), inSpace("idler")];
    const dryRun = anAccountPolicy({ mode: "dry-run", defaults: aPolicy({ warnBefore: 600 }) });
    const { ports, events, say } = anAccount([kept, idler], { policy: dryRun });
    say(kept, wish());
    say(idler, idleFor(4000));
    await sweep(ports, atNow);
    assert.deepEqual(events, []);
    await sweep({ ...ports, readPolicy: () => Promise.resolve({ policy: anAccountPolicy(), version: 2 }) }, atNow);
    assert.deepEqual(kinds(events).toSorted(), ["kept-alive", "stopped"]);
  });

  it("that cannot be published are a failure of the sweep, which hides no stop and undoes none", async () => {
    const [app, kept] = [inSpace("idler"), inSpace("kept")];
    const { ports, events, changes, say } = anAccount([app, kept]);
    say(app, idleFor(4000));
    say(kept, wish());
    const publish = () => Promise.reject(new Error("InternalException"));
    const { judged, failures } = await sweep({ ...ports, events: { publish } }, atNow);
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["publishing events: InternalException"],
    );
    assert.deepEqual(judged.map(({ app: { owner }, outcome }) => [owner.name, outcome]).toSorted(), [
      ["idler", "stopped"],
      ["kept", "kept"],
    ]);
    assert.ok(changes.includes(`delete ${app.key}`) && changes.includes(`stopped ${app.key}`));
    await sweep(ports, atNow);
    assert.ok(kinds(events).includes("kept-alive"), "the next sweep says what has begun");
  });

  it("have what their schemas say, for every fleet", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, fc.boolean(), async ({ apps, readings }, warns) => {
        const { ports, events } = fakeAccount({ apps, readings, ...(warns && { policy: WARNS }) });
        await sweep(ports, atNow);
        for (const { type, detail } of events) v.parse(v.strictObject(DETAILS[type].entries), detail);
      }),
      { numRuns: 200 },
    );
  });

  it("carry nothing that could command a page, a chat or a template, whatever programs are called", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 60 }), async (name) => {
        const app = inSpace("kept");
        const what = `${name}<!channel> "x" \\ & \` \u202e\n`;
        const { ports, events, say } = anAccount([app]);
        say(app, idleFor(9000, { keepAlive: { for: 7200, since: 0, while: what } }));
        await sweep(ports, atNow);
        const [event] = events;
        assert.ok(event);
        assert.doesNotMatch(event.detail.text, /["\\<>&`\p{C}]/u);
        assert.ok(event.detail.text.isWellFormed());
      }),
    );
  });
});

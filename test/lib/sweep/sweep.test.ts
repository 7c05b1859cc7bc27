import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UnreadableApp, type App, type AppKey } from "../../../lib/domain/app.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fleets } from "../arbitraries.ts";
import { ago, aHeartbeat, anAccountPolicy, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { allIdle, atNow, inSpace, outcomesOf } from "./apps-in-spaces.ts";

const check = <T>(property: fc.IAsyncProperty<T>) => fc.assert(property, { numRuns: 300 });

describe("a sweep", () => {
  it("stops what is idle, keeps what is not, and gives each app one verdict", async () => {
    const [idler, worker] = [inSpace("idler"), inSpace("worker")];
    const readings = new Map([...allIdle(idler), [worker.key, aHeartbeat({ idle: { kernels: 3, terminals: 9 } })]]);
    const { ports, changes } = fakeAccount({ apps: [idler, worker], readings });
    const { judged } = await sweep(ports, atNow);
    assert.deepEqual(outcomesOf(judged), { idler: "stopped", worker: "kept" });
    assert.deepEqual(changes, [`delete ${idler.key}`, `stopped ${idler.key}`, "publish", `forget ${idler.key}`]);
  });

  it("keeps a user who comes back between the decision and the stop", async () => {
    const app = inSpace("returner");
    const back = aHeartbeat({ idle: { kernels: 1, terminals: 43_200 } }, NOW);
    const { ports, changes } = fakeAccount({
      apps: [app],
      readings: allIdle(app),
      atConfirm: new Map([[app.key, { reading: back }]]),
    });
    const { judged } = await sweep(ports, atNow);
    assert.deepEqual(
      judged.map(({ outcome, verdict }) => [outcome, verdict.reason]),
      [["changed", "recently-active"]],
    );
    assert.ok(!changes.includes(`delete ${app.key}`));
  });

  it("keeps an app that was re-created under its name since the listing", async () => {
    const app = inSpace("phoenix");
    const { ports, changes } = fakeAccount({
      apps: [app],
      readings: allIdle(app),
      atConfirm: new Map([[app.key, { app: inSpace("phoenix", { createdAt: ago(5) }) }]]),
    });
    assert.deepEqual(outcomesOf((await sweep(ports, atNow)).judged), { phoenix: "gone" });
    assert.ok(!changes.includes(`delete ${app.key}`));
  });

  it("keeps an app whose heartbeat is gone at the confirmation", async () => {
    const app = inSpace("quiet");
    const { ports } = fakeAccount({
      apps: [app],
      readings: allIdle(app),
      atConfirm: new Map([[app.key, { reading: { kind: "none" } }]]),
    });
    assert.deepEqual(outcomesOf((await sweep(ports, atNow)).judged), { quiet: "changed" });
  });

  it("begins no stop that might not end within the invocation, and leaves it to the next one", async () => {
    const apps = ["first", "second", "third"].map((name) => inSpace(name));
    const { ports, changes } = fakeAccount({ apps, readings: allIdle(...apps) });
    const remaining = [200_000, 100_000, 80_000];
    const { judged, failures } = await sweep(ports, atNow, () => remaining.shift() ?? 0);
    assert.deepEqual(outcomesOf(judged), { first: "stopped", second: "stopped", third: "over-budget" });
    assert.deepEqual([changes.filter((change) => change.startsWith("delete")).length, failures], [2, []]);
  });

  it("begins a stop for which just enough time remains, and none with less", async () => {
    for (const [remaining, outcome] of [
      [90_000, "stopped"],
      [89_999, "over-budget"],
    ] as const) {
      const app = inSpace("last");
      const { ports } = fakeAccount({ apps: [app], readings: allIdle(app) });
      const { judged } = await sweep(ports, atNow, () => remaining);
      assert.deepEqual(outcomesOf(judged), { last: outcome });
    }
  });

  it("leaves what is over the budget to the next one, the least idle apps", async () => {
    const [idler, idlest] = [inSpace("idler"), inSpace("idlest")];
    const readings = new Map([
      [idler.key, aHeartbeat({ idle: { kernels: 4000 } })],
      [idlest.key, aHeartbeat({ idle: { kernels: 9000 } })],
    ]);
    const budget = { ...anAccountPolicy().budget, maxStops: 1 };
    const { ports, changes } = fakeAccount({ apps: [idler, idlest], readings, policy: anAccountPolicy({ budget }) });
    const { judged } = await sweep(ports, atNow);
    assert.deepEqual(outcomesOf(judged), { idler: "over-budget", idlest: "stopped" });
    assert.ok(!changes.includes(`delete ${idler.key}`));
  });

  it("tries a throttled stop again after the others, in the same sweep", async () => {
    const [busy, free] = [inSpace("busy"), inSpace("free")];
    const { ports, changes } = fakeAccount({
      apps: [busy, free],
      readings: allIdle(busy, free),
      throttled: new Map([[busy.key, 4]]),
    });
    const { judged, failures } = await sweep(ports, atNow);
    assert.deepEqual([outcomesOf(judged), failures], [{ busy: "stopped", free: "stopped" }, []]);
    assert.deepEqual(changes.slice(0, 2), [`delete ${free.key}`, `delete ${busy.key}`]);
  });

  it("confirms a throttled stop anew each time, and says so where it never got through", async () => {
    const [returner, stuck] = [inSpace("returner"), inSpace("stuck")];
    const { ports } = fakeAccount({
      apps: [returner, stuck],
      readings: allIdle(returner, stuck),
      throttled: new Map([
        [returner.key, 1],
        [stuck.key, Infinity],
      ]),
    });
    const heartbeats = [aHeartbeat(), aHeartbeat({ idle: { kernels: 1, terminals: 43_200 } }, NOW)];
    let confirmed = 0;
    const of = (key: AppKey) => {
      if (key === returner.key) return Promise.resolve(heartbeats.shift() ?? aHeartbeat());
      confirmed += 1;
      return ports.heartbeats.of(key);
    };
    const { judged, failures } = await sweep({ ...ports, heartbeats: { ...ports.heartbeats, of } }, atNow);
    assert.deepEqual(outcomesOf(judged), { returner: "changed", stuck: "failed" });
    assert.deepEqual(
      failures.map(({ message }) => message),
      [`stopping ${stuck.key}: the service throttled it or did not answer, 5 times`],
    );
    assert.equal(confirmed, 5);
  });

  it("counts an app that is gone at the confirmation as gone, and deletes nothing", async () => {
    const app = inSpace("gone");
    const { ports, changes } = fakeAccount({
      apps: [app],
      readings: allIdle(app),
      atConfirm: new Map([[app.key, { app: "gone" }]]),
    });
    assert.deepEqual(outcomesOf((await sweep(ports, atNow)).judged), { gone: "gone" });
    assert.deepEqual(changes, ["publish"]);
  });

  it("gives an app that two pages of the listing show one verdict, its latest incarnation's", async () => {
    const [old, young] = [inSpace("twice", { createdAt: ago(90_000) }), inSpace("twice", { createdAt: ago(20) })];
    const { ports } = fakeAccount({ apps: [old, young, old], readings: allIdle(old) });
    assert.deepEqual(outcomesOf((await sweep(ports, atNow)).judged), { twice: "kept" });
  });

  it("resolves a rule by user to the owner of the app's space", async () => {
    const app = inSpace("lab");
    const policy = anAccountPolicy({
      rules: [{ match: { user: (name) => name === "ada" }, set: { idleTimeInSeconds: 90_000 } }],
    });
    const setup = { apps: [app], readings: allIdle(app), policy };
    assert.deepEqual(
      outcomesOf(
        (await sweep(fakeAccount({ ...setup, owners: new Map([["d-abcdefghijkl/lab", "ada"]]) }).ports, atNow)).judged,
      ),
      { lab: "kept" },
    );
    assert.deepEqual(
      outcomesOf(
        (await sweep(fakeAccount({ ...setup, owners: new Map([["d-abcdefghijkl/lab", "bob"]]) }).ports, atNow)).judged,
      ),
      { lab: "stopped" },
    );
  });
});

describe("whatever the fleet", () => {
  const undeletable = ({ apps }: { apps: readonly App[] }) =>
    new Set(apps.filter((_, i) => i % 3 === 0).map(({ key }) => key));

  it("each app gets exactly one verdict, and one failing app hides no other", async () => {
    await check(
      fc.asyncProperty(fleets, async (fleet) => {
        const broken = new UnreadableApp("CreationTime: missing");
        const { ports, changes } = fakeAccount({
          ...fleet,
          apps: [broken, ...fleet.apps],
          undeletable: undeletable(fleet),
        });
        const { judged, failures } = await sweep(ports, atNow);
        assert.deepEqual(judged.map(({ app }) => app.key).toSorted(), fleet.apps.map(({ key }) => key).toSorted());
        const failed = judged.filter(({ outcome }) => outcome === "failed");
        assert.equal(failures.length, 1 + failed.length);
        for (const { app, outcome } of judged)
          assert.equal(changes.includes(`delete ${app.key}`), outcome === "stopped");
      }),
    );
  });

  it("a dry run only instructs the agents, and wants to stop just what a live run stops", async () => {
    await check(
      fc.asyncProperty(fleets, async (fleet) => {
        const dry = fakeAccount({ ...fleet, policy: anAccountPolicy({ mode: "dry-run" }) });
        const { judged } = await sweep(dry.ports, atNow);
        assert.deepEqual(dry.changes, ["publish"]);
        const live = await sweep(fakeAccount(fleet).ports, atNow);
        const named = (of: typeof judged, outcome: string) =>
          of
            .filter((one) => one.outcome === outcome)
            .map(({ app }) => app.key)
            .toSorted();
        assert.deepEqual(named(judged, "would-stop"), named(live.judged, "stopped"));
      }),
    );
  });

  it("what one app's agent says changes no other app's verdict", async () => {
    await check(
      fc.asyncProperty(fleets, fc.string(), async ({ apps, readings }, garbage) => {
        const [forger, ...others] = apps;
        fc.pre(forger !== undefined && apps.length <= 50);
        const forged = new Map(readings).set(forger.key, { kind: "unreadable", receivedAt: NOW, why: garbage });
        const before = await sweep(fakeAccount({ apps, readings }).ports, atNow);
        const after = await sweep(fakeAccount({ apps, readings: forged }).ports, atNow);
        const of = (report: typeof before) => new Map(report.judged.map(({ app, verdict }) => [app.key, verdict]));
        for (const { key } of others) assert.deepEqual(of(after).get(key), of(before).get(key));
      }),
    );
  });
});

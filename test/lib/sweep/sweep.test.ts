import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { UnreadableApp, type App, type AppKey } from "../../../lib/domain/app.ts";
import type { Reading } from "../../../lib/domain/heartbeat.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import type { Ports } from "../../../lib/sweep/ports.ts";
import { rememberSightings } from "../../../lib/sweep/remember-sightings.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fleets } from "../arbitraries.ts";
import { ago, aHeartbeat, aNotice, anAccountPolicy, anApp, aPolicy, NOW } from "../builders.ts";
import { fakeAccount, pagesInMemory } from "../fake-account.ts";

const clock = () => NOW;
const DELETED = { status: "Deleted" };
const space = (name: string, overrides: Partial<App> = {}) => anApp({ owner: { kind: "space", name }, ...overrides });
const idle = (...apps: App[]) => new Map<AppKey, Reading>(apps.map(({ key }) => [key, aHeartbeat()]));
const check = <T>(property: fc.IAsyncProperty<T>) => fc.assert(property, { numRuns: 300 });
const outcomes = (judged: readonly { app: App; outcome: string }[]) =>
  Object.fromEntries(judged.map(({ app, outcome }) => [app.owner.name, outcome]));

describe("a sweep", () => {
  it("stops what is idle, keeps what is not, and gives each app one verdict", async () => {
    const [idler, worker] = [space("idler"), space("worker")];
    const readings = new Map([...idle(idler), [worker.key, aHeartbeat({ idle: { kernels: 3, terminals: 9 } })]]);
    const { ports, changes } = fakeAccount({ apps: [idler, worker], readings });
    const { judged } = await sweep(ports, clock);
    assert.deepEqual(outcomes(judged), { idler: "stopped", worker: "kept" });
    assert.deepEqual(changes, [`delete ${idler.key}`, `stopped ${idler.key}`, "publish", `forget ${idler.key}`]);
  });

  it("keeps a user who comes back between the decision and the stop", async () => {
    const app = space("returner");
    const back = aHeartbeat({ idle: { kernels: 1, terminals: 43_200 } }, NOW);
    const { ports, changes } = fakeAccount({
      apps: [app],
      readings: idle(app),
      atConfirm: new Map([[app.key, { reading: back }]]),
    });
    const { judged } = await sweep(ports, clock);
    assert.deepEqual(
      judged.map(({ outcome, verdict }) => [outcome, verdict.reason]),
      [["changed", "recently-active"]],
    );
    assert.ok(!changes.includes(`delete ${app.key}`));
  });

  it("keeps an app that was re-created under its name since the listing", async () => {
    const app = space("phoenix");
    const { ports, changes } = fakeAccount({
      apps: [app],
      readings: idle(app),
      atConfirm: new Map([[app.key, { app: space("phoenix", { createdAt: ago(5) }) }]]),
    });
    assert.deepEqual(outcomes((await sweep(ports, clock)).judged), { phoenix: "gone" });
    assert.ok(!changes.includes(`delete ${app.key}`));
  });

  it("keeps an app whose heartbeat is gone at the confirmation", async () => {
    const app = space("quiet");
    const { ports } = fakeAccount({
      apps: [app],
      readings: idle(app),
      atConfirm: new Map([[app.key, { reading: { kind: "none" } }]]),
    });
    assert.deepEqual(outcomes((await sweep(ports, clock)).judged), { quiet: "changed" });
  });

  it("begins no stop that might not end within the invocation, and leaves it to the next one", async () => {
    const apps = ["first", "second", "third"].map((name) => space(name));
    const { ports, changes } = fakeAccount({ apps, readings: idle(...apps) });
    const remaining = [200_000, 100_000, 80_000];
    const { judged, failures } = await sweep(ports, clock, () => remaining.shift() ?? 0);
    assert.deepEqual(outcomes(judged), { first: "stopped", second: "stopped", third: "over-budget" });
    assert.deepEqual([changes.filter((change) => change.startsWith("delete")).length, failures], [2, []]);
  });

  it("begins a stop for which just enough time remains, and none with less", async () => {
    for (const [remaining, outcome] of [
      [90_000, "stopped"],
      [89_999, "over-budget"],
    ] as const) {
      const app = space("last");
      const { ports } = fakeAccount({ apps: [app], readings: idle(app) });
      const { judged } = await sweep(ports, clock, () => remaining);
      assert.deepEqual(outcomes(judged), { last: outcome });
    }
  });

  it("leaves what is over the budget to the next one, the least idle apps", async () => {
    const [idler, idlest] = [space("idler"), space("idlest")];
    const readings = new Map([
      [idler.key, aHeartbeat({ idle: { kernels: 4000 } })],
      [idlest.key, aHeartbeat({ idle: { kernels: 9000 } })],
    ]);
    const budget = { ...anAccountPolicy().budget, maxStops: 1 };
    const { ports, changes } = fakeAccount({ apps: [idler, idlest], readings, policy: anAccountPolicy({ budget }) });
    const { judged } = await sweep(ports, clock);
    assert.deepEqual(outcomes(judged), { idler: "over-budget", idlest: "stopped" });
    assert.ok(!changes.includes(`delete ${idler.key}`));
  });

  it("tries a throttled stop again after the others, in the same sweep", async () => {
    const [busy, free] = [space("busy"), space("free")];
    const { ports, changes } = fakeAccount({
      apps: [busy, free],
      readings: idle(busy, free),
      throttled: new Map([[busy.key, 4]]),
    });
    const { judged, failures } = await sweep(ports, clock);
    assert.deepEqual([outcomes(judged), failures], [{ busy: "stopped", free: "stopped" }, []]);
    assert.deepEqual(changes.slice(0, 2), [`delete ${free.key}`, `delete ${busy.key}`]);
  });

  it("confirms a throttled stop anew each time, and says so where it never got through", async () => {
    const [returner, stuck] = [space("returner"), space("stuck")];
    const { ports } = fakeAccount({
      apps: [returner, stuck],
      readings: idle(returner, stuck),
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
    const { judged, failures } = await sweep({ ...ports, heartbeats: { ...ports.heartbeats, of } }, clock);
    assert.deepEqual(outcomes(judged), { returner: "changed", stuck: "failed" });
    assert.deepEqual(
      failures.map(({ message }) => message),
      [`stopping ${stuck.key}: the service throttled it or did not answer, 5 times`],
    );
    assert.equal(confirmed, 5);
  });

  it("counts an app that is gone at the confirmation as gone, and deletes nothing", async () => {
    const app = space("gone");
    const { ports, changes } = fakeAccount({
      apps: [app],
      readings: idle(app),
      atConfirm: new Map([[app.key, { app: "gone" }]]),
    });
    assert.deepEqual(outcomes((await sweep(ports, clock)).judged), { gone: "gone" });
    assert.deepEqual(changes, ["publish"]);
  });

  it("gives an app that two pages of the listing show one verdict, its latest incarnation's", async () => {
    const [old, young] = [space("twice", { createdAt: ago(90_000) }), space("twice", { createdAt: ago(20) })];
    const { ports } = fakeAccount({ apps: [old, young, old], readings: idle(old) });
    assert.deepEqual(outcomes((await sweep(ports, clock)).judged), { twice: "kept" });
  });

  it("resolves a rule by user to the owner of the app's space", async () => {
    const app = space("lab");
    const policy = anAccountPolicy({
      rules: [{ match: { user: (name) => name === "ada" }, set: { idleTimeInSeconds: 90_000 } }],
    });
    const setup = { apps: [app], readings: idle(app), policy };
    assert.deepEqual(
      outcomes(
        (await sweep(fakeAccount({ ...setup, owners: new Map([["d-abcdefghijkl/lab", "ada"]]) }).ports, clock)).judged,
      ),
      { lab: "kept" },
    );
    assert.deepEqual(
      outcomes(
        (await sweep(fakeAccount({ ...setup, owners: new Map([["d-abcdefghijkl/lab", "bob"]]) }).ports, clock)).judged,
      ),
      { lab: "stopped" },
    );
  });

  it("forgets the heartbeats of apps gone for an hour, thirty a sweep, and no others", async () => {
    const gone = Array.from({ length: 40 }, (_, i) => space(`gone${i}`));
    const [here, justGone] = [space("here"), space("just-gone")];
    const readings = new Map<AppKey, Reading>([
      ...gone.map(({ key }) => [key, aHeartbeat({}, ago(3601))] as const),
      [here.key, aHeartbeat({}, ago(7200))],
      [justGone.key, aHeartbeat({}, ago(3600))],
    ]);
    const { ports, changes } = fakeAccount({ apps: [here], readings });
    assert.equal((await sweep(ports, clock)).heartbeatsForgotten, 30);
    const forgotten = changes.filter((change) => change.startsWith("forget"));
    assert.equal(forgotten.length, 30);
    assert.ok(forgotten.every((change) => change.includes("/gone")));
  });
});

it("a sweep leaves the heartbeat of an app that is gone for an hour, not longer", async () => {
  const { key } = space("just-gone");
  const { ports } = fakeAccount({ readings: new Map([[key, aHeartbeat({}, ago(3600))]]) });
  assert.equal((await sweep(ports, clock)).heartbeatsForgotten, 0);
});

describe("what one sweep clears away", () => {
  const all = (count: number, prefix: string, overrides: Partial<App> = {}) =>
    Array.from({ length: count }, (_, i) => space(`${prefix}${i}`, overrides));
  const changesBy = (changes: readonly string[], doing: string) =>
    changes.filter((change) => change.startsWith(`${doing} `)).length;

  it("are two hundred heartbeats of former incarnations, and thirty of apps that are gone", async () => {
    const [former, gone] = [all(210, "former", { status: "Pending" }), all(40, "gone")];
    const readings = new Map([...idle(...former), ...gone.map(({ key }) => [key, aHeartbeat({}, ago(7200))] as const)]);
    const { ports, changes } = fakeAccount({ apps: former, readings });
    assert.equal((await sweep(ports, clock)).heartbeatsForgotten, 230);
    assert.equal(changesBy(changes, "forget"), 230);
  });

  it("are the oldest heartbeats of former incarnations first", async () => {
    const former = all(205, "former", { status: "Pending" });
    const readings = new Map(former.map(({ key }, i) => [key, aHeartbeat({}, ago(1000 + i))]));
    const { ports, changes } = fakeAccount({ apps: former, readings });
    await sweep(ports, clock);
    const oldest = former.toReversed().slice(0, 200);
    assert.deepEqual(
      changes.filter((change) => change.startsWith("forget ")),
      oldest.map(({ key }) => `forget ${key}`),
    );
  });

  it("are two hundred notices that hold no longer", async () => {
    const apps = all(210, "back");
    const readings = new Map(apps.map(({ key }) => [key, aHeartbeat({ idle: { kernels: 5 } })]));
    const notices = new Map(apps.map(({ key }) => [key, aNotice()]));
    const { ports, changes } = fakeAccount({ apps, readings, notices });
    await sweep(ports, clock);
    assert.equal(changesBy(changes, "untell"), 200);
  });
});

describe("a part of a sweep that fails", () => {
  const app = space("idler");
  const run = async (broken: Partial<Ports>) => {
    const { ports, events } = fakeAccount({ apps: [app], readings: idle(app) });
    const report = await sweep({ ...ports, ...broken }, clock);
    return { ...report, events, said: report.failures.map(({ message }) => message) };
  };
  const reject = () => Promise.reject(new Error("AccessDenied"));

  it("is named, and keeps nobody from stopping, where it is what the last sweep knew", async () => {
    const saved: unknown[] = [];
    const save = (state: unknown) => Promise.resolve(void saved.push(state));
    const { judged, said, events } = await run({ fleetMemory: { recall: reject, save } });
    assert.deepEqual(outcomes(judged), { idler: "stopped" });
    assert.deepEqual(said, ["reading what the last sweep knew: AccessDenied"]);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["stopped"],
    );
    assert.deepEqual(saved, [], "what could not be read is not written over");
  });

  it("is named where it keeps what the next sweep is to know", async () => {
    const { ports } = fakeAccount({});
    const { said } = await run({ fleetMemory: { ...ports.fleetMemory, save: reject } });
    assert.deepEqual(said, ["keeping what is known: AccessDenied"]);
  });

  it("is named where it is the housekeeping", async () => {
    const { heartbeatsForgotten, said } = await run({ publishInstructions: reject });
    assert.deepEqual([heartbeatsForgotten, said], [0, ["housekeeping: AccessDenied"]]);
  });

  it("is named once where it keeps what was seen, and nothing was stopped", async () => {
    const { ports } = fakeAccount({ apps: [app] });
    const { failures } = await sweep({ ...ports, sightings: { ...ports.sightings, save: reject } }, clock);
    assert.deepEqual(
      failures.map(({ message, cause }) => [message, String(cause)]),
      [["keeping what was seen: AccessDenied", "Error: AccessDenied"]],
    );
  });
});

describe("an app that may start again under its creation time", () => {
  for (const status of ["Pending", "Deleting", "Deleted", "Failed"]) {
    it(`loses the heartbeat of before where it is seen ${status}`, async () => {
      const app = space("restarted", { status });
      const { ports, changes } = fakeAccount({ apps: [app], readings: idle(app) });
      const { judged, heartbeatsForgotten } = await sweep(ports, clock);
      assert.deepEqual([changes, heartbeatsForgotten], [["publish", `forget ${app.key}`], 1]);
      assert.deepEqual(outcomes(judged), status === "Deleted" ? {} : { restarted: "kept" });
    });
  }

  it("counts its age from when it was seen in service again, for youth and for silence", async () => {
    for (const [settings, reasons] of [
      [{ silentAfter: 3600 }, ["not-running", "no-heartbeat", "no-heartbeat", "silent"]],
      [{ minRuntime: 3600 }, ["not-running", "young", "young", "no-heartbeat"]],
    ] as const) {
      const policy = anAccountPolicy({ mode: "dry-run", defaults: aPolicy(settings) });
      const pages = pagesInMemory();
      const seen: string[] = [];
      for (const [seconds, status] of [
        [0, "Pending"],
        [60, "InService"],
        [3659, "InService"],
        [3660, "InService"],
      ] as const) {
        const { ports } = fakeAccount({ apps: [space("restarted", { status })], policy });
        const { judged } = await sweep({ ...ports, sightings: rememberSightings(pages) }, () =>
          secondsAfter(NOW, seconds),
        );
        seen.push(...judged.map(({ verdict }) => verdict.reason));
      }
      assert.deepEqual(seen, reasons);
    }
  });

  it("keeps the heartbeat that it wrote since the sweep began", async () => {
    const app = space("restarted", { status: "Pending" });
    const { ports, changes } = fakeAccount({ apps: [app], readings: new Map([[app.key, aHeartbeat({}, NOW)]]) });
    await sweep(ports, clock);
    assert.deepEqual(changes, ["publish"]);
  });

  it("is not judged by the heartbeat of before where two pages show it before and after the restart", async () => {
    const shown = ["Deleted", "InService"].map((status) => space("restarted", { status }));
    for (const apps of [shown, shown.toReversed()]) {
      const { ports } = fakeAccount({ apps, readings: idle(...apps) });
      const { judged } = await sweep(ports, clock);
      assert.deepEqual(
        judged.map(({ verdict }) => verdict.reason),
        ["no-heartbeat"],
      );
    }
  });

  it("deletes no heartbeat in a dry run, but judges as if it had", async () => {
    const [pending, shown] = [space("pending", { status: "Pending" }), space("shown")];
    const apps = [pending, { ...shown, status: "Deleted" }, shown];
    const policy = anAccountPolicy({ mode: "dry-run" });
    const { ports, changes } = fakeAccount({ apps, readings: idle(pending, shown), policy });
    const { judged } = await sweep(ports, clock);
    assert.deepEqual(outcomes(judged), { pending: "kept", shown: "kept" });
    assert.deepEqual(
      changes.filter((change) => change !== "publish"),
      [],
    );
  });

  it("is the same app where the listing and the description round its creation time apart", async () => {
    const app = space("rounded", { createdAt: ago(86_400) });
    const { ports } = fakeAccount({
      apps: [app],
      readings: idle(app),
      atConfirm: new Map([[app.key, { app: space("rounded", { createdAt: new Date(ago(86_400).getTime() + 999) }) }]]),
    });
    assert.deepEqual(outcomes((await sweep(ports, clock)).judged), { rounded: "stopped" });
  });
});

describe("apps in domains of SageMaker Unified Studio, which may not report", () => {
  const project = (name: string) => space(name, { domainId: "d-project" });
  const unifiedStudio = new Set(["d-project"]);
  const projects = Array.from({ length: 60 }, (_, i) => project(`project${i}`));

  it("are left alone as not covered, whatever they say, and however long they are silent", async () => {
    const [idler, silent] = [project("idler"), project("silent")];
    const policy = anAccountPolicy({ defaults: aPolicy({ silentAfter: 60 }) });
    const { ports, changes } = fakeAccount({ apps: [idler, silent], readings: idle(idler), policy, unifiedStudio });
    const { judged } = await sweep(ports, clock);
    assert.deepEqual(
      judged.map(({ verdict, agent }) => [verdict.reason, agent]),
      [
        ["not-covered", "not-watched"],
        ["not-covered", "not-watched"],
      ],
    );
    assert.match(judged[0]?.verdict.detail ?? "", /Unified Studio/);
    assert.deepEqual(changes, ["publish"]);
  });

  it("are no part of the fleet that the budget and the breaker are shares of", async () => {
    const idlers = Array.from({ length: 60 }, (_, i) => space(`idler${i}`));
    const setup = { apps: [...idlers, ...projects], readings: idle(...idlers) };
    const among = await sweep(fakeAccount({ ...setup, unifiedStudio }).ports, clock);
    assert.equal(among.judged.filter(({ outcome }) => outcome === "breaker").length, 60);
    const ordinary = await sweep(fakeAccount(setup).ports, clock);
    assert.equal(ordinary.judged.filter(({ outcome }) => outcome === "stopped").length, 50);
  });

  it("count as others where their domain cannot be described, but silence stops none", async () => {
    const [idler, silent] = [project("idler"), project("silent")];
    const policy = anAccountPolicy({ defaults: aPolicy({ silentAfter: 60 }) });
    const undescribable = unifiedStudio;
    const { ports } = fakeAccount({ apps: [idler, silent], readings: idle(idler), policy, undescribable });
    const { judged, failures } = await sweep(ports, clock);
    assert.deepEqual(outcomes(judged), { idler: "stopped", silent: "kept" });
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["describing the domain d-project: AccessDenied"],
    );
  });
});

describe("a sweep that cannot see everything", () => {
  it("stops nothing on a listing that breaks off, wherever it does", async () => {
    await check(
      fc.asyncProperty(fleets, fc.nat(60), async ({ apps, readings }, breaksOffAfter) => {
        const { ports, changes } = fakeAccount({ apps, readings, breaksOffAfter });
        await assert.rejects(sweep(ports, clock), /ThrottlingException/);
        assert.deepEqual(changes, []);
      }),
    );
  });

  it("stops nothing without the heartbeats", async () => {
    const app = space("idler");
    const { ports, changes } = fakeAccount({ apps: [app], readings: idle(app), heartbeatsFail: true });
    await assert.rejects(sweep(ports, clock), /AccessDenied/);
    assert.deepEqual(changes, []);
  });

  it("stops nothing without the tags, judges all the same, and says so", async () => {
    const app = space("idler");
    const { ports, changes } = fakeAccount({ apps: [app], readings: idle(app), tags: new Error("AccessDenied") });
    const { judged, failures } = await sweep(ports, clock);
    assert.deepEqual(
      judged.map(({ verdict }) => verdict.reason),
      ["tags-unknown"],
    );
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["reading tags: AccessDenied"],
    );
    assert.deepEqual(changes, ["publish"]);
  });

  it("asks who owns a space only where a user profile is tagged, and counts its tag", async () => {
    const app = space("lab");
    const tags = new Map([["user-profile/d-abcdefghijkl/ada", { "studio-reaper:exempt": "true" }]]);
    const owners = new Map([["d-abcdefghijkl/lab", "ada"]]);
    const { ports } = fakeAccount({ apps: [app], readings: idle(app), tags, owners });
    const { judged } = await sweep(ports, clock);
    assert.deepEqual(outcomes(judged), { lab: "kept" });
  });

  it("asks whose the spaces of its apps are, each domain once, and lists no spaces for that", async () => {
    const apps = [space("lab"), space("den"), anApp({ owner: { kind: "user", name: "ada" } }), space("gone", DELETED)];
    const { ports } = fakeAccount({ apps });
    const asked: string[] = [];
    const studio: Ports["studio"] = {
      ...ports.studio,
      spaceOwners: () => assert.fail("it listed them"),
      knownSpaceOwners(keys) {
        asked.push(...keys);
        return ports.studio.knownSpaceOwners(keys);
      },
      domain(id) {
        asked.push(id);
        return ports.studio.domain(id);
      },
    };
    const { failures } = await sweep({ ...ports, studio }, clock);
    const id = "d-abcdefghijkl";
    assert.deepEqual([asked, failures], [[id, `${id}/lab`, `${id}/den`], []]);
  });

  it("judges all the same where it is not told whose they are, and says so", async () => {
    const app = space("idler");
    const { ports } = fakeAccount({ apps: [app], readings: idle(app) });
    const knownSpaceOwners = () => Promise.reject(new Error("AccessDenied"));
    const report = await sweep({ ...ports, studio: { ...ports.studio, knownSpaceOwners } }, clock);
    assert.deepEqual(
      [outcomes(report.judged), report.failures.map(({ message }) => message), report.userOf(app)],
      [{ idler: "stopped" }, ["reading who owns spaces: AccessDenied"], undefined],
    );
  });

  it("stops nothing without a policy", async () => {
    const app = space("idler");
    const { ports, changes } = fakeAccount({
      apps: [app],
      readings: idle(app),
      policy: new Error("rules[0]: no such field"),
    });
    await assert.rejects(sweep(ports, clock), /rules\[0\]/);
    assert.deepEqual(changes, []);
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
        const { judged, failures } = await sweep(ports, clock);
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
        const { judged } = await sweep(dry.ports, clock);
        assert.deepEqual(dry.changes, ["publish"]);
        const live = await sweep(fakeAccount(fleet).ports, clock);
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
        const before = await sweep(fakeAccount({ apps, readings }).ports, clock);
        const after = await sweep(fakeAccount({ apps, readings: forged }).ports, clock);
        const of = (report: typeof before) => new Map(report.judged.map(({ app, verdict }) => [app.key, verdict]));
        for (const { key } of others) assert.deepEqual(of(after).get(key), of(before).get(key));
      }),
    );
  });
});

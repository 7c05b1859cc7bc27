import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { App, AppKey } from "../../../lib/domain/app.ts";
import type { Heartbeat, Reading } from "../../../lib/domain/heartbeat.ts";
import { NO_NOTICE, readNotice, type NoticeReading } from "../../../lib/domain/notice.ts";
import { secondsAfter, secondsBetween } from "../../../lib/policy/time.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fleets, notices } from "../arbitraries.ts";
import { ago, aHeartbeat, aNotice, anAccountPolicy, anApp, aPolicy, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { LivingAccount } from "../living-account.ts";

const clock = () => NOW;
const policy = anAccountPolicy({ defaults: aPolicy({ warnBefore: 600 }) });
const space = (name: string, overrides: Partial<App> = {}) => anApp({ owner: { kind: "space", name }, ...overrides });
const idleFor = (seconds: number, more: Partial<Heartbeat> = {}, receivedAt = ago(10)) =>
  aHeartbeat({ idle: { kernels: seconds, terminals: seconds }, ...more }, receivedAt);
const shown = (seconds: number) => ({ notice: { id: "3f2a9c", for: seconds } });
const changesOf = async (setup: Parameters<typeof fakeAccount>[0]) => {
  const { ports, changes } = fakeAccount({ policy, ...setup });
  const report = await sweep(ports, clock);
  return { ...report, changes: changes.filter((change) => change !== "publish") };
};
const only = <T>(app: App, value: T) => new Map([[app.key, value]]);

describe("a sweep that warns", () => {
  it("warns before it stops, then stops, and leaves word of that", async () => {
    const app = space("idler");
    const account = new LivingAccount(NOW, policy, new Map([[app, idleFor(3000, {}, NOW)]]));
    const told = () => {
      const reading = account.notices.get(app.key);
      return reading?.kind === "notice" ? reading.notice : undefined;
    };
    const reasons = async () => {
      const { judged } = await sweep(account.ports(), () => account.now);
      return judged.map(({ verdict, outcome }) => `${verdict.reason} ${outcome}`).join();
    };
    assert.equal(await reasons(), "warned kept");
    const warning = told();
    const sources = ["kernels", "terminals", "cpu", "gpu", "files", "editor"];
    assert.partialDeepStrictEqual(warning, { kind: "warned", why: "idle for 50 min", sources });
    assert.equal((warning?.stopAt ?? 0) - (warning?.writtenAt ?? 0), 600);
    for (const [seconds, said] of [
      [60, "warned kept"],
      [599, "warned kept"],
      [600, "idle stopped"],
    ] as const) {
      account.now = secondsAfter(NOW, seconds);
      const notice = { id: warning?.id ?? "", for: seconds };
      account.readings.set(app.key, idleFor(3000 + seconds, { notice }, account.now));
      assert.equal(await reasons(), said);
    }
    assert.partialDeepStrictEqual(told(), { kind: "stopped", why: "idle for 1 h" });
    assert.notEqual(told()?.id, warning?.id);
    assert.equal(account.readings.size, 0);
  });

  it("tells users in the ways that the policy of their apps names, before and after", async () => {
    const app = space("quiet");
    const rules = [{ match: { space: () => true }, set: { notifyIn: ["terminal" as const] } }];
    const account = new LivingAccount(NOW, { ...policy, rules }, new Map([[app, idleFor(3000, {}, NOW)]]));
    const told = () => {
      const reading = account.notices.get(app.key);
      return reading?.kind === "notice" ? [reading.notice.kind, ...(reading.notice.ways ?? [])] : undefined;
    };
    await sweep(account.ports(), () => account.now);
    assert.deepEqual(told(), ["warned", "terminal"]);
    account.now = secondsAfter(NOW, 2000);
    account.readings.set(app.key, idleFor(5000, {}, account.now));
    await sweep(account.ports(), () => account.now);
    assert.deepEqual(told(), ["stopped", "terminal"]);
  });

  it("warns nobody, and does not wait, where the policy names no way to tell them", async () => {
    const app = space("deaf");
    const deaf = anAccountPolicy({ defaults: aPolicy({ warnBefore: 600, notifyIn: [] }) });
    const { judged } = await changesOf({ apps: [app], readings: only(app, idleFor(3600)), policy: deaf });
    assert.deepEqual(
      judged.map(({ verdict, outcome }) => [verdict.reason, outcome]),
      [["idle", "stopped"]],
    );
  });

  it("warns somebody at work of the age at which the app is stopped, and stops it then", async () => {
    const app = space("old");
    const atWork = (more: Partial<Heartbeat> = {}, at = NOW) => idleFor(0, { up: 86_400, ...more }, at);
    const aged = anAccountPolicy({ defaults: aPolicy({ warnBefore: 600, maxAge: 86_400 }) });
    const account = new LivingAccount(NOW, aged, new Map([[app, atWork()]]));
    const reasons = async () => {
      const { judged } = await sweep(account.ports(), () => account.now);
      return judged.map(({ verdict, outcome }) => `${verdict.reason} ${outcome}`).join();
    };
    const told = () => {
      const reading = account.notices.get(app.key);
      return reading?.kind === "notice" ? reading.notice : undefined;
    };
    assert.equal(await reasons(), "warned kept");
    const warning = told();
    assert.partialDeepStrictEqual(warning, { kind: "warned", why: "it may run for 1 d at most", sources: [] });
    for (const [seconds, said] of [
      [300, "warned kept"],
      [600, "max-age stopped"],
    ] as const) {
      account.now = secondsAfter(NOW, seconds);
      const notice = { id: warning?.id ?? "", for: seconds };
      account.readings.set(app.key, atWork({ up: 86_400 + seconds, notice }, account.now));
      assert.equal(await reasons(), said);
    }
    assert.partialDeepStrictEqual(told(), { kind: "stopped", why: "it may run for 1 d at most" });
  });

  it("warns those of the idlest apps first, once each", async () => {
    const [one, two, three] = [space("one"), space("two"), space("three")];
    const readings = new Map([one, two, three].map(({ key }, i) => [key, idleFor(4000 + 100 * i)]));
    const { changes, warningsGiven } = await changesOf({
      apps: [one, two, three],
      readings,
      notices: only(two, aNotice()),
    });
    assert.deepEqual([changes, warningsGiven], [[`warned ${three.key}`, `warned ${one.key}`], 2]);
  });

  it("stops none whose user it could not warn, says so, and warns the others", async () => {
    const [mute, other] = [space("mute"), space("other")];
    const readings = new Map([mute, other].map(({ key }) => [key, idleFor(9000)]));
    const { changes, failures } = await changesOf({ apps: [mute, other], readings, unwritable: new Set([mute.key]) });
    assert.deepEqual(changes, [`warned ${other.key}`]);
    assert.deepEqual(
      failures.map(({ message }) => message),
      [`warning the user of ${mute.key}: ThrottlingException`],
    );
  });

  it("warns 120 users a sweep at most, those of the idlest apps, and leaves the others to the next one", async () => {
    const apps = Array.from({ length: 130 }, (_, i) => space(`app${i}`));
    const idleSeconds = (i: number) => 3100 + ((37 * i) % 130);
    const readings = new Map(apps.map(({ key }, i) => [key, idleFor(idleSeconds(i))]));
    const { changes } = await changesOf({ apps, readings });
    const order = Array.from(apps.keys()).sort((a, b) => idleSeconds(b) - idleSeconds(a));
    assert.deepEqual(
      changes,
      order.slice(0, 120).map((i) => `warned ${apps[i]?.key ?? ""}`),
    );
  });

  it("begins no write that might not end within the invocation", async () => {
    for (const [remaining, warned] of [
      [70_000, true],
      [69_999, false],
    ] as const) {
      const app = space("late");
      const { ports, changes } = fakeAccount({ policy, apps: [app], readings: only(app, idleFor(4000)) });
      await sweep(ports, clock, () => remaining);
      assert.deepEqual(changes, [...(warned ? [`warned ${app.key}`] : []), "publish"]);
    }
  });

  it("judges by what its user is told now, right before a stop", async () => {
    const app = space("overtaken");
    const { ports } = fakeAccount({
      policy,
      apps: [app],
      readings: only(app, idleFor(4000, shown(900))),
      notices: only(app, aNotice({}, ago(1000))),
    });
    const of = () => Promise.resolve(aNotice({ id: "newer" }, ago(5)));
    const { judged } = await sweep({ ...ports, notices: { ...ports.notices, of } }, clock);
    assert.deepEqual(
      judged.map(({ verdict, outcome }) => `${verdict.reason} ${outcome}`),
      ["warned changed"],
    );
  });

  it("tells also those of a stop who were not warned of it, by the policy", async () => {
    const app = space("unwarned");
    const { changes } = await changesOf({ policy: anAccountPolicy(), apps: [app], readings: only(app, idleFor(4000)) });
    assert.deepEqual(changes, [`delete ${app.key}`, `stopped ${app.key}`, `forget ${app.key}`]);
  });

  it("keeps the heartbeat by which the next sweep tells those whom it could not", async () => {
    const app = space("untold");
    const { changes, failures } = await changesOf({
      apps: [app],
      readings: only(app, idleFor(4000, shown(900))),
      notices: only(app, aNotice({}, ago(1000))),
      unwritable: new Set([app.key]),
    });
    assert.deepEqual(changes, [`delete ${app.key}`]);
    assert.match(String(failures), /telling the user of .* that it was stopped/);
  });

  it("warns nobody, and stops nobody, where most of a fleet looks idle at once", async () => {
    const apps = Array.from({ length: 100 }, (_, i) => space(`app${i}`));
    const readings = new Map(apps.map(({ key }) => [key, idleFor(9000)]));
    const { changes, judged } = await changesOf({ apps, readings });
    assert.deepEqual(changes, []);
    assert.ok(judged.every(({ verdict, outcome }) => verdict.reason === "warned" && outcome === "breaker"));
  });

  it("warns a fleet that has not reached its timeout", async () => {
    const apps = Array.from({ length: 100 }, (_, i) => space(`app${i}`));
    const readings = new Map(apps.map(({ key }) => [key, idleFor(3500)]));
    const { warningsGiven, judged } = await changesOf({ apps, readings });
    assert.equal(warningsGiven, 100);
    assert.ok(judged.every(({ outcome }) => outcome === "kept"));
  });
});

describe("a notice that holds no longer", () => {
  const cases: readonly (readonly [string, NoticeReading, Reading | undefined, "untell" | "stays"])[] = [
    ["a warning whose user is back at work", aNotice(), idleFor(5), "untell"],
    ["a warning of a user who is still away", aNotice(), idleFor(3500), "stays"],
    ["a warning while nothing is known of the app", aNotice(), idleFor(4000, {}, ago(5000)), "stays"],
    [
      "a warning while the agent is not understood",
      aNotice(),
      { kind: "unreadable", receivedAt: NOW, why: "" },
      "stays",
    ],
    ["word of a stop that nobody was shown yet", aNotice({ kind: "stopped" }), idleFor(5), "stays"],
    ["word of a stop that was shown", aNotice({ kind: "stopped" }), idleFor(5, shown(1)), "untell"],
    ["word of a stop of a week ago", aNotice({ kind: "stopped" }, ago(7 * 86_400 + 1)), undefined, "untell"],
    ["word of a stop of less", aNotice({ kind: "stopped" }, ago(7 * 86_400)), undefined, "stays"],
    [
      "word of a stop while another notice is shown",
      aNotice({ kind: "stopped", id: "b" }),
      idleFor(5, shown(1)),
      "stays",
    ],
    ["a warning while no heartbeat is there", aNotice(), undefined, "stays"],
    ["a warning while a source cannot be read", aNotice(), aHeartbeat({ idle: { kernels: null } }), "stays"],
    ["a warning while its heartbeat cannot be believed", aNotice(), aHeartbeat({ up: 10 * 86_400 }), "stays"],
    [
      "a warning whose user is kept by a wish",
      aNotice(),
      idleFor(4000, { keepAlive: { for: 900, since: 0 } }),
      "untell",
    ],
    ["what cannot be read", readNotice("{", ago(5)), undefined, "untell"],
  ];
  for (const [name, notice, reading, becomes] of cases) {
    it(`${becomes === "stays" ? "is not" : "is"} ${name}`, async () => {
      const app = space("somebody");
      const readings = reading ? only(app, reading) : new Map<AppKey, Reading>();
      const { changes } = await changesOf({ apps: [app], readings, notices: only(app, notice) });
      assert.deepEqual(changes, becomes === "untell" ? [`untell ${app.key}`] : []);
    });
  }

  it("is not a warning while tags cannot be read", async () => {
    const app = space("somebody");
    const readings = only(app, idleFor(5));
    const { changes } = await changesOf({
      apps: [app],
      readings,
      notices: only(app, aNotice()),
      tags: new Error("no"),
    });
    assert.deepEqual(changes, []);
  });

  it("is not the warning of an app whose stop failed", async () => {
    const app = space("stuck");
    const { changes, judged } = await changesOf({
      apps: [app],
      readings: only(app, idleFor(4000, shown(900))),
      notices: only(app, aNotice({}, ago(1000))),
      undeletable: new Set([app.key]),
    });
    assert.deepEqual([changes, judged.map(({ outcome }) => outcome)], [[], ["failed"]]);
  });

  it("is none where there is none", async () => {
    const { changes, failures } = await changesOf({ notices: only(space("gone"), NO_NOTICE) });
    assert.deepEqual([changes, failures], [[], []]);
  });

  it("is the warning of an app that its user deleted", async () => {
    const [listed, gone] = [space("listed", { status: "Deleted" }), space("gone")];
    const told = new Map([listed, gone].map(({ key }) => [key, aNotice()]));
    const { changes } = await changesOf({ apps: [listed], readings: only(listed, idleFor(3500)), notices: told });
    assert.deepEqual(changes.toSorted(), [`forget ${listed.key}`, `untell ${gone.key}`, `untell ${listed.key}`]);
  });

  it("is not the word of a stop to an app that is gone", async () => {
    const { changes } = await changesOf({ notices: only(space("gone"), aNotice({ kind: "stopped" })) });
    assert.deepEqual(changes, []);
  });

  it("is the warning of an app whose policy was changed", async () => {
    const app = space("exempted");
    const patient = anAccountPolicy({ defaults: aPolicy({ idleTimeInSeconds: 40_000, warnBefore: 600 }) });
    const { changes } = await changesOf({
      policy: patient,
      apps: [app],
      readings: only(app, idleFor(3500)),
      notices: only(app, aNotice()),
    });
    assert.deepEqual(changes, [`untell ${app.key}`]);
  });
});

describe("whatever notices there are", () => {
  const withNotices = fleets.chain(({ apps, readings }) =>
    fc.array(notices, { minLength: apps.length, maxLength: apps.length }).map((each) => ({
      apps,
      readings,
      notices: new Map(apps.map(({ key }, i) => [key, each[i] ?? { kind: "none" as const }])),
    })),
  );

  it("no app is stopped but after a warning of it that was old enough", async () => {
    await fc.assert(
      fc.asyncProperty(withNotices, fc.boolean(), async (setup, crowded) => {
        const apps = crowded ? setup.apps : setup.apps.slice(0, 40);
        const { changes } = await changesOf({ ...setup, apps });
        for (const { key } of apps.filter((app) => changes.includes(`delete ${app.key}`))) {
          const notice = setup.notices.get(key);
          assert.ok(notice?.kind === "notice" && notice.notice.kind === "warned");
          assert.ok(secondsBetween(notice.writtenAt, NOW) >= 600);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("a dry run tells nobody anything, and takes nothing back", async () => {
    await fc.assert(
      fc.asyncProperty(withNotices, async (setup) => {
        const { changes } = await changesOf({ ...setup, policy: { ...policy, mode: "dry-run" } });
        assert.deepEqual(changes, []);
      }),
      { numRuns: 300 },
    );
  });

  it("a dry run wants to stop what a live one would if it had warned", async () => {
    const apps = [space("idle"), space("near")];
    const readings = new Map(apps.map(({ key }, i) => [key, idleFor(i === 0 ? 3600 : 3599)]));
    const { judged } = await changesOf({ apps, readings, policy: { ...policy, mode: "dry-run" } });
    assert.deepEqual(judged.map(({ verdict, outcome }) => `${verdict.reason} ${outcome}`).toSorted(), [
      "idle would-stop",
      "warned kept",
    ]);
  });
});

describe("a sweep that tells people", () => {
  const fleet = (): LivingAccount => {
    const account = new LivingAccount(
      NOW,
      policy,
      new Map([
        [space("to-warn"), idleFor(3100)],
        [space("to-stop"), idleFor(4000, shown(900))],
        [space("back"), idleFor(3)],
        [space("shown"), idleFor(3, shown(3))],
      ]),
    );
    for (const [name, notice] of [
      ["to-stop", aNotice({}, ago(1000))],
      ["back", aNotice()],
      ["shown", aNotice({ kind: "stopped" })],
    ] as const)
      account.notices.set(space(name).key, notice);
    return account;
  };
  const later = async (account: LivingAccount) => {
    account.now = secondsAfter(account.now, 60);
    await sweep(account.ports(), () => account.now);
    return account.state();
  };

  it("ends in the same state wherever it is cut off, once another is through", async () => {
    const whole = fleet();
    await sweep(whole.ports(), clock);
    const expected = await later(whole);
    for (let calls = 0; calls < 20; calls += 1) {
      const cut = fleet();
      await sweep(cut.ports(calls), clock).catch(() => undefined);
      assert.deepEqual(await later(cut), expected, `cut off after ${calls} calls`);
    }
  });

  it("takes no app that is down for one that a former one stopped, but where its warning says so", async () => {
    const app = space("down", { status: "Deleted" });
    const stoppable = only(app, idleFor(4000, shown(900)));
    const warned = aNotice({}, ago(1000));
    const cases: readonly (readonly [string, Parameters<typeof fakeAccount>[0], says: string[]])[] = [
      ["it deleted the app", { apps: [app], notices: only(app, warned) }, [`stopped ${app.key}`]],
      ["its launch failed", { apps: [{ ...app, status: "Failed" }], notices: only(app, warned) }, []],
      [
        "it is a dry run",
        { apps: [app], notices: only(app, warned), policy: anAccountPolicy({ mode: "dry-run" }) },
        [],
      ],
      ["it told the user", { apps: [app], notices: only(app, aNotice({ kind: "stopped" }, ago(100))) }, []],
    ];
    for (const [what, setup, says] of cases) {
      const { changes } = await changesOf({ policy: anAccountPolicy(), readings: stoppable, ...setup });
      assert.deepEqual(
        changes.filter((change) => change.startsWith("stopped")),
        says,
        what,
      );
    }
  });

  it("takes no app that is in service again for one that a former one stopped", async () => {
    const [down, up] = [space("again", { status: "Pending" }), space("again")];
    const { sightings } = fakeAccount({}).ports;
    const sweepOf = async (setup: Parameters<typeof fakeAccount>[0]) => {
      const { ports, changes } = fakeAccount({
        policy: anAccountPolicy(),
        readings: only(up, idleFor(4000)),
        ...setup,
      });
      await sweep({ ...ports, sightings }, clock);
      return changes.filter((change) => change.startsWith("stopped"));
    };
    assert.deepEqual(await sweepOf({ apps: [down] }), []);
    assert.deepEqual(await sweepOf({ apps: [up], notices: only(up, aNotice({}, ago(1000))) }), []);
  });

  it("does no harm beside another at the same time", async () => {
    const [alone, together] = [fleet(), fleet()];
    await sweep(alone.ports(), clock);
    await Promise.all([sweep(together.ports(), clock), sweep(together.ports(), clock)]);
    assert.deepEqual(together.state(), alone.state());
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { secondsAfter, secondsBetween } from "../../../lib/policy/time.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fleets, notices } from "../arbitraries.ts";
import { ago, aNotice, anAccountPolicy, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { LivingAccount } from "../living-account.ts";
import { atNow, idleFor, inSpace } from "./apps-in-spaces.ts";
import { changesOf, only, shown, WARNS } from "./warning-sweep.ts";

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
        const { changes } = await changesOf({ ...setup, policy: { ...WARNS, mode: "dry-run" } });
        assert.deepEqual(changes, []);
      }),
      { numRuns: 300 },
    );
  });

  it("a dry run wants to stop what a live one would if it had warned", async () => {
    const apps = [inSpace("idle"), inSpace("near")];
    const readings = new Map(apps.map(({ key }, i) => [key, idleFor(i === 0 ? 3600 : 3599)]));
    const { judged } = await changesOf({ apps, readings, policy: { ...WARNS, mode: "dry-run" } });
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
      WARNS,
      new Map([
        [inSpace("to-warn"), idleFor(3100)],
        [inSpace("to-stop"), idleFor(4000, shown(900))],
        [inSpace("back"), idleFor(3)],
        [inSpace("shown"), idleFor(3, shown(3))],
      ]),
    );
    for (const [name, notice] of [
      ["to-stop", aNotice({}, ago(1000))],
      ["back", aNotice()],
      ["shown", aNotice({ kind: "stopped" })],
    ] as const)
      account.notices.set(inSpace(name).key, notice);
    return account;
  };
  const later = async (account: LivingAccount) => {
    account.now = secondsAfter(account.now, 60);
    await sweep(account.ports(), () => account.now);
    return account.state();
  };

  it("ends in the same state wherever it is cut off, once another is through", async () => {
    const whole = fleet();
    await sweep(whole.ports(), atNow);
    const expected = await later(whole);
    for (let calls = 0; calls < 20; calls += 1) {
      const cut = fleet();
      await sweep(cut.ports(calls), atNow).catch(() => undefined);
      assert.deepEqual(await later(cut), expected, `cut off after ${calls} calls`);
    }
  });

  it("takes no app that is down for one that a former one stopped, but where its warning says so", async () => {
    const app = inSpace("down", { status: "Deleted" });
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
    const [down, up] = [inSpace("again", { status: "Pending" }), inSpace("again")];
    const { sightings } = fakeAccount({}).ports;
    const sweepOf = async (setup: Parameters<typeof fakeAccount>[0]) => {
      const { ports, changes } = fakeAccount({
        policy: anAccountPolicy(),
        readings: only(up, idleFor(4000)),
        ...setup,
      });
      await sweep({ ...ports, sightings }, atNow);
      return changes.filter((change) => change.startsWith("stopped"));
    };
    assert.deepEqual(await sweepOf({ apps: [down] }), []);
    assert.deepEqual(await sweepOf({ apps: [up], notices: only(up, aNotice({}, ago(1000))) }), []);
  });

  it("does no harm beside another at the same time", async () => {
    const [alone, together] = [fleet(), fleet()];
    await sweep(alone.ports(), atNow);
    await Promise.all([sweep(together.ports(), atNow), sweep(together.ports(), atNow)]);
    assert.deepEqual(together.state(), alone.state());
  });
});

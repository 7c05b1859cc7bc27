import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { App } from "../../../lib/domain/app.ts";
import { EXEMPT_TAG } from "../../../lib/domain/tags.ts";
import type { Mode, Policy, PolicyRule } from "../../../lib/policy/document.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fleets, notices } from "../arbitraries.ts";
import { ago, aHeartbeat, aNotice, anAccountPolicy, aPolicy, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow, idleFor, inSpace } from "./apps-in-spaces.ts";

const ruleFor = (name: string, set: PolicyRule["set"]): PolicyRule => ({ match: { space: (of) => of === name }, set });

/** What sweeps change, beside the instructions, and what they say of each app. */
async function sweepOnce(setup: Parameters<typeof fakeAccount>[0]) {
  const { ports, changes } = fakeAccount(setup);
  const report = await sweep(ports, atNow);
  const said = new Map(
    report.judged.map(({ app, verdict, outcome }) => [app.owner.name, `${verdict.reason} ${outcome}`]),
  );
  return { ...report, said, changes: changes.filter((change) => change !== "publish") };
}

describe("a rule's mode", () => {
  const warnBefore = 600;
  const fleetOf = (...names: readonly string[]) => names.map((name) => inSpace(name));
  const modes: readonly (readonly [account: Mode, ofRule: Mode])[] = [
    ["live", "dry-run"],
    ["dry-run", "live"],
  ];
  for (const [account, ofRule] of modes) {
    const policy = anAccountPolicy({
      mode: account,
      defaults: aPolicy({ warnBefore }),
      rules: ["idle-rule", "near-rule", "back-rule", "gone-rule"].map((name) => ruleFor(name, { mode: ofRule })),
    });
    const live = ofRule === "live" ? "rule" : "others";
    const dry = ofRule === "live" ? "others" : "rule";

    it(`of ${ofRule} wins over the account's ${account}: stops, warnings and what is taken back go by it`, async () => {
      const kinds = ["idle", "near", "back"];
      const apps = fleetOf(...kinds.flatMap((kind) => [`${kind}-rule`, `${kind}-others`]));
      const shown = { notice: { id: "3f2a9c", for: 900 } };
      const readings = new Map(
        apps.map(({ key, owner }) => [
          key,
          owner.name.startsWith("idle") ? idleFor(9000, shown) : idleFor(owner.name.startsWith("near") ? 3000 : 5),
        ]),
      );
      const told = new Map(
        apps
          .filter(({ owner }) => !owner.name.startsWith("near"))
          .map(({ key, owner }) => [key, aNotice({}, ago(owner.name.startsWith("idle") ? 1000 : 60))]),
      );
      const gone = fleetOf("gone-rule", "gone-others");
      for (const { key } of gone) readings.set(key, aHeartbeat({}, ago(7200)));
      const { changes, said } = await sweepOnce({ policy, apps, readings, notices: told });
      const keyOf = (name: string) => inSpace(name).key;
      assert.deepEqual(
        changes.toSorted(),
        [
          `delete ${keyOf(`idle-${live}`)}`,
          `forget ${keyOf(`gone-${live}`)}`,
          `forget ${keyOf(`idle-${live}`)}`,
          `stopped ${keyOf(`idle-${live}`)}`,
          `untell ${keyOf(`back-${live}`)}`,
          `warned ${keyOf(`near-${live}`)}`,
        ].toSorted(),
      );
      assert.equal(said.get(`idle-${live}`), "idle stopped");
      assert.equal(said.get(`idle-${dry}`), "idle would-stop");
      assert.equal(said.get(`near-${dry}`), "warned kept");
    });
  }

  it("of a dry run leaves the budget and the breaker to the apps that are live", async () => {
    const tried = Array.from({ length: 200 }, (_, i) => inSpace(`try${i}`));
    const others = Array.from({ length: 30 }, (_, i) => inSpace(`app${i}`));
    const apps = [...tried, ...others];
    const readings = new Map(apps.map(({ key }, i) => [key, idleFor(i < tried.length ? 40_000 : 4000)]));
    const rules = [{ match: { space: (name: string) => name.startsWith("try") }, set: { mode: "dry-run" as const } }];
    const { judged } = await sweepOnce({ policy: anAccountPolicy({ rules }), apps, readings });
    const among = (of: readonly App[]) => {
      const keys = new Set(of.map(({ key }) => key));
      return new Set(judged.filter(({ app }) => keys.has(app.key)).map(({ outcome }) => outcome));
    };
    assert.deepEqual([among(tried), among(others)], [new Set(["breaker"]), new Set(["stopped"])]);
  });

  it("whatever it is for each app, none in a dry run is stopped, told or changed in any way", async () => {
    const withModes = fleets.chain(({ apps, readings }) =>
      fc
        .tuple(
          fc.constantFrom<Mode>("live", "dry-run"),
          fc.array(fc.constantFrom<Mode | undefined>("live", "dry-run", undefined), { minLength: 8, maxLength: 8 }),
          fc.array(notices, { minLength: apps.length, maxLength: apps.length }),
        )
        .map(([mode, ofRules, each]) => ({
          apps,
          readings,
          notices: new Map(apps.map(({ key }, i) => [key, each[i] ?? { kind: "none" as const }])),
          modeOf: ({ owner }: App) => ofRules[owner.name.charCodeAt(0) % ofRules.length] ?? mode,
          policy: anAccountPolicy({
            mode,
            defaults: aPolicy({ warnBefore: 600 }),
            rules: ofRules.map((ofRule, i): PolicyRule => {
              const isMeant = (name: string) => name.charCodeAt(0) % ofRules.length === i;
              // A rule by user for the apps without a space.
              return { match: { user: isMeant }, set: { ...(ofRule && { mode: ofRule }), minRuntime: 0 } };
            }),
          }),
        })),
    );
    await fc.assert(
      fc.asyncProperty(withModes, async ({ modeOf, ...setup }) => {
        const owners = new Map(setup.apps.map(({ domainId, owner }) => [`${domainId}/${owner.name}`, owner.name]));
        const { changes } = await sweepOnce({ ...setup, owners });
        for (const app of setup.apps.filter((one) => modeOf(one) === "dry-run"))
          assert.ok(!changes.some((change) => change.endsWith(` ${app.key}`)), changes.join());
      }),
      { numRuns: 300 },
    );
  });
});

describe("the policy of the instant of a stop", () => {
  const app = inSpace("night-owl");
  const readings = new Map([[app.key, idleFor(9000)]]);
  /** Sunday noon, in UTC: working hours begin a second later. */
  const hours = {
    timeZone: "UTC",
    days: ["sun" as const],
    from: "12:01",
    to: "18:00",
    idleTimeInSeconds: 900,
  };
  const reasonAfter = async (policy: Policy, seconds: number) => {
    const { ports } = fakeAccount({ policy, apps: [app], readings });
    let now = NOW;
    const current = (one: App) => {
      now = secondsAfter(NOW, seconds);
      return ports.studio.current(one);
    };
    const { judged } = await sweep({ ...ports, studio: { ...ports.studio, current } }, () => now);
    return judged.map(({ verdict, outcome }) => `${verdict.reason} ${outcome}`).join();
  };

  it("counts where working hours have begun since the app was judged", async () => {
    const policy = anAccountPolicy({ defaults: aPolicy({ idleTimeInSeconds: Infinity, hours }) });
    assert.equal(await reasonAfter(policy, 59), "idle stopped");
    assert.equal(await reasonAfter(policy, 60), "recently-active changed");
  });

  it("counts where a rule is over since", async () => {
    const until = secondsAfter(NOW, 30);
    const policy = anAccountPolicy({
      defaults: aPolicy({ exempt: true }),
      rules: [{ until, match: { space: () => true }, set: { exempt: false } }],
    });
    assert.equal(await reasonAfter(policy, 29), "idle stopped");
    assert.equal(await reasonAfter(policy, 30), "exempt changed");
  });

  it("makes no live stop of one that was decided dry, of which nobody was warned", async () => {
    const until = secondsAfter(NOW, 30);
    const policy = anAccountPolicy({ rules: [{ until, match: { space: () => true }, set: { mode: "dry-run" } }] });
    assert.equal(await reasonAfter(policy, 30), "idle would-stop");
  });
});

describe("a rule that matches by tags", () => {
  const app = inSpace("tagged");
  const tagged: PolicyRule = { name: "ml", match: { tag: { team: (of) => of === "ml" } }, set: { exempt: true } };
  const readings = new Map([[app.key, idleFor(9000)]]);
  const said = async (setup: Parameters<typeof fakeAccount>[0], rules = [tagged]) => {
    const { judged } = await sweepOnce({ apps: [app], readings, policy: anAccountPolicy({ rules }), ...setup });
    return judged.map(({ verdict, outcome }) => `${verdict.reason} ${outcome}`).join();
  };

  it("goes by the nearest tag of the app, its space, its user profile and its domain", async () => {
    const id = "d-abcdefghijkl";
    const owners = new Map([[`${id}/tagged`, "ada"]]);
    for (const resource of [`space/${id}/tagged`, `user-profile/${id}/ada`, `domain/${id}`]) {
      assert.equal(await said({ owners, tags: new Map([[resource, { team: "ml" }]]) }), "exempt kept", resource);
      assert.equal(await said({ owners, tags: new Map([[resource, { team: "web" }]]) }), "idle stopped", resource);
    }
  });

  it("asks for its keys, and only where it is there", async () => {
    for (const [rules, keys] of [
      [[tagged], ["team"]],
      [[], []],
    ] as const) {
      const { ports } = fakeAccount({ apps: [app], readings, policy: anAccountPolicy({ rules: [...rules] }) });
      const asked: (readonly string[])[] = [];
      const readTags = (of: readonly string[]) => {
        asked.push(of);
        return ports.readTags(of);
      };
      await sweep({ ...ports, readTags }, atNow);
      assert.deepEqual(asked, [keys]);
    }
  });

  it("is in doubt where tags cannot be read, unless another rule or field decides it", async () => {
    const tags = new Error("AccessDenied");
    const before = ruleFor("tagged", { exempt: true });
    assert.equal(await said({ tags }), "rule-unknown kept");
    assert.equal(await said({ tags }, [before, tagged]), "exempt kept");
    assert.equal(
      await said({ tags }, [{ ...tagged, match: { ...tagged.match, space: () => false } }]),
      "tags-unknown kept",
    );
    assert.equal(await said({ tags: new Map([[`space/d-abcdefghijkl/tagged`, { [EXEMPT_TAG]: "" }]]) }), "exempt kept");
  });

  it("keeps the warning of an app for which it is in doubt", async () => {
    const told = new Map([[app.key, aNotice({}, ago(100))]]);
    const { changes } = await sweepOnce({
      apps: [app],
      readings,
      notices: told,
      tags: new Error("AccessDenied"),
      policy: anAccountPolicy({ rules: [tagged], defaults: aPolicy({ warnBefore: 600 }) }),
    });
    assert.deepEqual(changes, []);
  });
});

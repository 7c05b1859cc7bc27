import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { summarize, verdictLine } from "../../../lib/sweep/log-lines.ts";
import type { AppKey } from "../../../lib/domain/app.ts";
import type { Reading } from "../../../lib/domain/heartbeat.ts";
import { AGENT_STATES } from "../../../lib/policy/coverage.ts";
import { KEEP_REASONS, STOP_REASONS } from "../../../lib/policy/verdict.ts";
import { OUTCOMES } from "../../../lib/policy/outcome.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { aHeartbeat, anAccountPolicy, anApp, aPolicy, ago, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow, inSpace } from "./apps-in-spaces.ts";

const some = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

describe("a verdict's line", () => {
  const line = async (...[setup]: Parameters<typeof fakeAccount>) => {
    const report = await sweep(fakeAccount(setup).ports, atNow);
    return report.judged.map((judged) => verdictLine(report, judged))[0];
  };

  it("names the app's user, the rule that holds for it, the policy's version, and what each source says", async () => {
    const app = inSpace("train-1");
    const idle = { kernels: 600, terminals: null, cpu: 30 };
    const rules = [
      { match: { space: (name: string) => name === "other" }, set: { idleTimeInSeconds: 60 } },
      { match: { space: (name: string) => name.startsWith("train-") }, set: { idleTimeInSeconds: 900 } },
    ];
    const known = await line({
      apps: [app],
      readings: new Map([[app.key, aHeartbeat({ idle })]]),
      owners: new Map([[`${app.domainId}/train-1`, "ada"]]),
      policy: anAccountPolicy({ rules }),
    });
    assert.deepEqual(
      [known?.user, known?.rule, known?.policyVersion, known?.idle],
      ["ada", "rule 2", 1, { kernels: 600, terminals: null, cpu: 30 }],
    );
  });

  it("says when the app could be stopped, in UTC, and nothing of one that never could", async () => {
    const app = inSpace("idler");
    const idle = { kernels: 3000 };
    const eligibleAt = async (policy: Parameters<typeof aPolicy>[0]) =>
      (
        await line({
          apps: [app],
          readings: new Map([[app.key, aHeartbeat({ idle }, NOW)]]),
          policy: anAccountPolicy({ defaults: aPolicy(policy) }),
        })
      )?.eligibleAt;
    assert.equal(await eligibleAt({}), "2026-03-01T12:10:00.000Z");
    assert.equal(await eligibleAt({ exempt: true }), null);
  });

  it("says of an app that a user profile owns itself whose it is", async () => {
    const own = await line({ apps: [anApp({ owner: { kind: "user", name: "ada" } })] });
    assert.equal(own?.user, "ada");
  });

  it("names no user that is not known, and no idle times where no heartbeat says any", async () => {
    const unknown = await line({ apps: [inSpace("new")] });
    assert.deepEqual([unknown?.user, unknown?.rule, unknown?.idle], [null, "defaults", {}]);
  });

  it("says what the sources said last where the agent died, and nothing that cannot be believed", async () => {
    const app = inSpace("quiet");
    const idle = { kernels: 600, terminals: null };
    const of = async (reading: Reading) => (await line({ apps: [app], readings: new Map([[app.key, reading]]) }))?.idle;
    assert.deepEqual(await of(aHeartbeat({ idle }, ago(9000))), idle);
    assert.deepEqual(await of(aHeartbeat({ up: 10 * 86_400 })), {});
  });

  it("says what the sources said when the stop was called off, not before", async () => {
    const app = inSpace("returner");
    const back = aHeartbeat({ idle: { kernels: 1, terminals: 43_200 } }, NOW);
    const { outcome, idle } =
      (await line({
        apps: [app],
        readings: new Map([[app.key, aHeartbeat()]]),
        atConfirm: new Map([[app.key, { reading: back }]]),
      })) ?? {};
    assert.deepEqual([outcome, idle], ["changed", { kernels: 1, terminals: 43_200 }]);
  });
});

describe("a sweep's summary", () => {
  it("always has the same fields, those included of which there are none", async () => {
    const { reasons, outcomes, stopped, coverage } = summarize(await sweep(fakeAccount({}).ports, atNow));
    assert.deepEqual(Object.keys(reasons), [...KEEP_REASONS, ...STOP_REASONS]);
    assert.deepEqual(Object.keys(outcomes), [...OUTCOMES]);
    assert.deepEqual(Object.keys(stopped), [...STOP_REASONS]);
    assert.deepEqual(Object.keys(coverage), [...AGENT_STATES]);
  });

  it("tells why apps were stopped, and counts no stop that was not made", async () => {
    const [idler, held, mute] = [inSpace("idler"), inSpace("undeletable"), inSpace("mute")];
    const readings = new Map<AppKey, Reading>([
      [idler.key, aHeartbeat()],
      [held.key, aHeartbeat()],
    ]);
    const policy = anAccountPolicy({ defaults: aPolicy({ silentAfter: 3600 }) });
    const { ports } = fakeAccount({ apps: [idler, held, mute], readings, policy, undeletable: new Set([held.key]) });
    const { reasons, outcomes, stopped, failures } = summarize(await sweep(ports, atNow));
    assert.deepEqual(some(reasons), { idle: 2, silent: 1 });
    assert.deepEqual(some(outcomes), { stopped: 2, failed: 1 });
    assert.deepEqual(some(stopped), { idle: 1, silent: 1 });
    assert.deepEqual(failures, [`stopping ${held.key}: InternalFailure`]);
  });

  it("counts the agents by what is heard of them, whatever the policy makes of their apps", async () => {
    const [live, dead, none] = [inSpace("live"), inSpace("dead"), inSpace("none")];
    const readings = new Map<AppKey, Reading>([
      [live.key, aHeartbeat()],
      [dead.key, aHeartbeat({}, ago(9000))],
    ]);
    // All of them are too young to be judged.
    const { ports } = fakeAccount({
      apps: [live, dead, none],
      readings,
      policy: anAccountPolicy({ defaults: aPolicy({ minRuntime: 100_000 }) }),
    });
    const { reasons, coverage } = summarize(await sweep(ports, atNow));
    assert.deepEqual(some(reasons), { young: 3 });
    assert.deepEqual(some(coverage), { live: 1, dead: 1, none: 1 });
  });
});

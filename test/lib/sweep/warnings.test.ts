import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Heartbeat } from "../../../lib/domain/heartbeat.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { ago, aNotice, anAccountPolicy, aPolicy, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { LivingAccount } from "../living-account.ts";
import { atNow, idleFor, inSpace } from "./apps-in-spaces.ts";
import { changesOf, only, shown, WARNS } from "./warning-sweep.ts";

describe("a sweep that warns", () => {
  it("warns before it stops, then stops, and leaves word of that", async () => {
    const app = inSpace("idler");
    const account = new LivingAccount(NOW, WARNS, new Map([[app, idleFor(3000, {}, NOW)]]));
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
    const app = inSpace("quiet");
    const rules = [{ match: { space: () => true }, set: { notifyIn: ["terminal" as const] } }];
    const account = new LivingAccount(NOW, { ...WARNS, rules }, new Map([[app, idleFor(3000, {}, NOW)]]));
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
    const app = inSpace("deaf");
    const deaf = anAccountPolicy({ defaults: aPolicy({ warnBefore: 600, notifyIn: [] }) });
    const { judged } = await changesOf({ apps: [app], readings: only(app, idleFor(3600)), policy: deaf });
    assert.deepEqual(
      judged.map(({ verdict, outcome }) => [verdict.reason, outcome]),
      [["idle", "stopped"]],
    );
  });

  it("warns somebody at work of the age at which the app is stopped, and stops it then", async () => {
    const app = inSpace("old");
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
    const [one, two, three] = [inSpace("one"), inSpace("two"), inSpace("three")];
    const readings = new Map([one, two, three].map(({ key }, i) => [key, idleFor(4000 + 100 * i)]));
    const { changes, warningsGiven } = await changesOf({
      apps: [one, two, three],
      readings,
      notices: only(two, aNotice()),
    });
    assert.deepEqual([changes, warningsGiven], [[`warned ${three.key}`, `warned ${one.key}`], 2]);
  });

  it("stops none whose user it could not warn, says so, and warns the others", async () => {
    const [mute, other] = [inSpace("mute"), inSpace("other")];
    const readings = new Map([mute, other].map(({ key }) => [key, idleFor(9000)]));
    const { changes, failures } = await changesOf({ apps: [mute, other], readings, unwritable: new Set([mute.key]) });
    assert.deepEqual(changes, [`warned ${other.key}`]);
    assert.deepEqual(
      failures.map(({ message }) => message),
      [`warning the user of ${mute.key}: ThrottlingException`],
    );
  });

  it("warns 120 users a sweep at most, those of the idlest apps, and leaves the others to the next one", async () => {
    const apps = Array.from({ length: 130 }, (_, i) => inSpace(`app${i}`));
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
      const app = inSpace("late");
      const { ports, changes } = fakeAccount({ policy: WARNS, apps: [app], readings: only(app, idleFor(4000)) });
      await sweep(ports, atNow, () => remaining);
      assert.deepEqual(changes, [...(warned ? [`warned ${app.key}`] : []), "publish"]);
    }
  });

  it("judges by what its user is told now, right before a stop", async () => {
    const app = inSpace("overtaken");
    const { ports } = fakeAccount({
      policy: WARNS,
      apps: [app],
      readings: only(app, idleFor(4000, shown(900))),
      notices: only(app, aNotice({}, ago(1000))),
    });
    const of = () => Promise.resolve(aNotice({ id: "newer" }, ago(5)));
    const { judged } = await sweep({ ...ports, notices: { ...ports.notices, of } }, atNow);
    assert.deepEqual(
      judged.map(({ verdict, outcome }) => `${verdict.reason} ${outcome}`),
      ["warned changed"],
    );
  });

  it("tells also those of a stop who were not warned of it, by the policy", async () => {
    const app = inSpace("unwarned");
    const { changes } = await changesOf({ policy: anAccountPolicy(), apps: [app], readings: only(app, idleFor(4000)) });
    assert.deepEqual(changes, [`delete ${app.key}`, `stopped ${app.key}`, `forget ${app.key}`]);
  });

  it("keeps the heartbeat by which the next sweep tells those whom it could not", async () => {
    const app = inSpace("untold");
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
    const apps = Array.from({ length: 100 }, (_, i) => inSpace(`app${i}`));
    const readings = new Map(apps.map(({ key }) => [key, idleFor(9000)]));
    const { changes, judged } = await changesOf({ apps, readings });
    assert.deepEqual(changes, []);
    assert.ok(judged.every(({ verdict, outcome }) => verdict.reason === "warned" && outcome === "breaker"));
  });

  it("warns a fleet that has not reached its timeout", async () => {
    const apps = Array.from({ length: 100 }, (_, i) => inSpace(`app${i}`));
    const readings = new Map(apps.map(({ key }) => [key, idleFor(3500)]));
    const { warningsGiven, judged } = await changesOf({ apps, readings });
    assert.equal(warningsGiven, 100);
    assert.ok(judged.every(({ outcome }) => outcome === "kept"));
  });
});

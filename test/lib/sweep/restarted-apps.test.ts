import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { rememberSightings } from "../../../lib/sweep/remember-sightings.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { ago, aHeartbeat, anAccountPolicy, aPolicy, NOW } from "../builders.ts";
import { fakeAccount, pagesInMemory } from "../fake-account.ts";
import { allIdle, atNow, inSpace, outcomesOf } from "./apps-in-spaces.ts";

describe("an app that may start again under its creation time", () => {
  for (const status of ["Pending", "Deleting", "Deleted", "Failed"]) {
    it(`loses the heartbeat of before where it is seen ${status}`, async () => {
      const app = inSpace("restarted", { status });
      const { ports, changes } = fakeAccount({ apps: [app], readings: allIdle(app) });
      const { judged, heartbeatsForgotten } = await sweep(ports, atNow);
      assert.deepEqual([changes, heartbeatsForgotten], [["publish", `forget ${app.key}`], 1]);
      assert.deepEqual(outcomesOf(judged), status === "Deleted" ? {} : { restarted: "kept" });
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
        const { ports } = fakeAccount({ apps: [inSpace("restarted", { status })], policy });
        const { judged } = await sweep({ ...ports, sightings: rememberSightings(pages) }, () =>
          secondsAfter(NOW, seconds),
        );
        seen.push(...judged.map(({ verdict }) => verdict.reason));
      }
      assert.deepEqual(seen, reasons);
    }
  });

  it("keeps the heartbeat that it wrote since the sweep began", async () => {
    const app = inSpace("restarted", { status: "Pending" });
    const { ports, changes } = fakeAccount({ apps: [app], readings: new Map([[app.key, aHeartbeat({}, NOW)]]) });
    await sweep(ports, atNow);
    assert.deepEqual(changes, ["publish"]);
  });

  it("is not judged by the heartbeat of before where two pages show it before and after the restart", async () => {
    const shown = ["Deleted", "InService"].map((status) => inSpace("restarted", { status }));
    for (const apps of [shown, shown.toReversed()]) {
      const { ports } = fakeAccount({ apps, readings: allIdle(...apps) });
      const { judged } = await sweep(ports, atNow);
      assert.deepEqual(
        judged.map(({ verdict }) => verdict.reason),
        ["no-heartbeat"],
      );
    }
  });

  it("deletes no heartbeat in a dry run, but judges as if it had", async () => {
    const [pending, shown] = [inSpace("pending", { status: "Pending" }), inSpace("shown")];
    const apps = [pending, { ...shown, status: "Deleted" }, shown];
    const policy = anAccountPolicy({ mode: "dry-run" });
    const { ports, changes } = fakeAccount({ apps, readings: allIdle(pending, shown), policy });
    const { judged } = await sweep(ports, atNow);
    assert.deepEqual(outcomesOf(judged), { pending: "kept", shown: "kept" });
    assert.deepEqual(
      changes.filter((change) => change !== "publish"),
      [],
    );
  });

  it("is the same app where the listing and the description round its creation time apart", async () => {
    const app = inSpace("rounded", { createdAt: ago(86_400) });
    const { ports } = fakeAccount({
      apps: [app],
      readings: allIdle(app),
      atConfirm: new Map([
        [app.key, { app: inSpace("rounded", { createdAt: new Date(ago(86_400).getTime() + 999) }) }],
      ]),
    });
    assert.deepEqual(outcomesOf((await sweep(ports, atNow)).judged), { rounded: "stopped" });
  });
});

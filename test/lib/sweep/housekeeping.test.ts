import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { App, AppKey } from "../../../lib/domain/app.ts";
import type { Reading } from "../../../lib/domain/heartbeat.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { ago, aHeartbeat, aNotice } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { allIdle, atNow, inSpace } from "./apps-in-spaces.ts";

describe("what one sweep clears away", () => {
  const all = (count: number, prefix: string, overrides: Partial<App> = {}) =>
    Array.from({ length: count }, (_, i) => inSpace(`${prefix}${i}`, overrides));
  const changesBy = (changes: readonly string[], doing: string) =>
    changes.filter((change) => change.startsWith(`${doing} `)).length;

  it("are the heartbeats of apps gone for more than an hour, thirty a sweep, and no others", async () => {
    const gone = Array.from({ length: 40 }, (_, i) => inSpace(`gone${i}`));
    const [here, justGone] = [inSpace("here"), inSpace("just-gone")];
    const readings = new Map<AppKey, Reading>([
      ...gone.map(({ key }) => [key, aHeartbeat({}, ago(3601))] as const),
      [here.key, aHeartbeat({}, ago(7200))],
      [justGone.key, aHeartbeat({}, ago(3600))],
    ]);
    const { ports, changes } = fakeAccount({ apps: [here], readings });
    assert.equal((await sweep(ports, atNow)).heartbeatsForgotten, 30);
    const forgotten = changes.filter((change) => change.startsWith("forget"));
    assert.equal(forgotten.length, 30);
    assert.ok(forgotten.every((change) => change.includes("/gone")));
  });

  it("are two hundred heartbeats of former incarnations, and thirty of apps that are gone", async () => {
    const [former, gone] = [all(210, "former", { status: "Pending" }), all(40, "gone")];
    const readings = new Map([
      ...allIdle(...former),
      ...gone.map(({ key }) => [key, aHeartbeat({}, ago(7200))] as const),
    ]);
    const { ports, changes } = fakeAccount({ apps: former, readings });
    assert.equal((await sweep(ports, atNow)).heartbeatsForgotten, 230);
    assert.equal(changesBy(changes, "forget"), 230);
  });

  it("are the oldest heartbeats of former incarnations first", async () => {
    const former = all(205, "former", { status: "Pending" });
    const readings = new Map(former.map(({ key }, i) => [key, aHeartbeat({}, ago(1000 + i))]));
    const { ports, changes } = fakeAccount({ apps: former, readings });
    await sweep(ports, atNow);
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
    await sweep(ports, atNow);
    assert.equal(changesBy(changes, "untell"), 200);
  });

  it("is no heartbeat of an app that is gone for an hour, not longer", async () => {
    const { key } = inSpace("just-gone");
    const { ports } = fakeAccount({ readings: new Map([[key, aHeartbeat({}, ago(3600))]]) });
    assert.equal((await sweep(ports, atNow)).heartbeatsForgotten, 0);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AppKey } from "../../../lib/domain/app.ts";
import type { Reading } from "../../../lib/domain/heartbeat.ts";
import { NO_NOTICE, readNotice, type NoticeReading } from "../../../lib/domain/notice.ts";
import { ago, aHeartbeat, aNotice, anAccountPolicy, aPolicy, NOW } from "../builders.ts";
import { idleFor, inSpace } from "./apps-in-spaces.ts";
import { changesOf, only, shown } from "./warning-sweep.ts";

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
      const app = inSpace("somebody");
      const readings = reading ? only(app, reading) : new Map<AppKey, Reading>();
      const { changes } = await changesOf({ apps: [app], readings, notices: only(app, notice) });
      assert.deepEqual(changes, becomes === "untell" ? [`untell ${app.key}`] : []);
    });
  }

  it("is not a warning while tags cannot be read", async () => {
    const app = inSpace("somebody");
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
    const app = inSpace("stuck");
    const { changes, judged } = await changesOf({
      apps: [app],
      readings: only(app, idleFor(4000, shown(900))),
      notices: only(app, aNotice({}, ago(1000))),
      undeletable: new Set([app.key]),
    });
    assert.deepEqual([changes, judged.map(({ outcome }) => outcome)], [[], ["failed"]]);
  });

  it("is none where there is none", async () => {
    const { changes, failures } = await changesOf({ notices: only(inSpace("gone"), NO_NOTICE) });
    assert.deepEqual([changes, failures], [[], []]);
  });

  it("is the warning of an app that its user deleted", async () => {
    const [listed, gone] = [inSpace("listed", { status: "Deleted" }), inSpace("gone")];
    const told = new Map([listed, gone].map(({ key }) => [key, aNotice()]));
    const { changes } = await changesOf({ apps: [listed], readings: only(listed, idleFor(3500)), notices: told });
    assert.deepEqual(changes.toSorted(), [`forget ${listed.key}`, `untell ${gone.key}`, `untell ${listed.key}`]);
  });

  it("is not the word of a stop to an app that is gone", async () => {
    const { changes } = await changesOf({ notices: only(inSpace("gone"), aNotice({ kind: "stopped" })) });
    assert.deepEqual(changes, []);
  });

  it("is the warning of an app whose policy was changed", async () => {
    const app = inSpace("exempted");
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

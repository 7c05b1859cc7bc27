import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { secondsAfter } from "../../../lib/policy/time.ts";
import type { DueWarning, Stop } from "../../../lib/policy/verdict.ts";
import { stopNotice, warningNotice } from "../../../lib/sweep/compose-notice.ts";
import { anApp, aPolicy, NOW } from "../builders.ts";

const told = { app: anApp(), policy: aPolicy() };
const due: DueWarning = { why: "idle for 50 min", warnSeconds: 600, warnedAfter: NOW, endsByActivity: true };
const stop: Stop = {
  verdict: "stop",
  reason: "idle",
  detail: "kernels idle for 1 h of 1 h",
  why: "idle for 1 h",
  idleSeconds: 3600,
  eligibleAt: NOW,
};
const seconds = NOW.getTime() / 1000;

describe("a notice that warns", () => {
  it("says why, when, what keeps the app, and where to say it", () => {
    const policy = aPolicy({ keepAliveAtMost: 7200, notifyIn: ["file"], sources: ["kernels", "files"] });
    const { id, ...notice } = warningNotice({ ...told, policy }, due, NOW);
    assert.match(id, /^[\da-f]{12}$/);
    assert.deepEqual(notice, {
      v: 1,
      kind: "warned",
      why: "idle for 50 min",
      writtenAt: seconds,
      stopAt: seconds + 600,
      keepFor: [3600],
      keepAtMost: 7200,
      ways: ["file"],
      sources: ["kernels", "files"],
    });
  });

  it("names no source where activity does not end it", () => {
    assert.deepEqual(warningNotice(told, { ...due, endsByActivity: false }, NOW).sources, []);
  });

  it("says its times in whole seconds, none of them later than it is", () => {
    const { writtenAt, stopAt } = warningNotice(told, due, new Date(NOW.getTime() + 999));
    assert.deepEqual([writtenAt, stopAt], [seconds, seconds + 600]);
  });

  const offers: readonly (readonly [most: number, keepFor: readonly number[]])[] = [
    [0, []],
    [1800, [1800]],
    [3599, [3599]],
    [3600, [3600]],
    [28_799, [3600]],
    [28_800, [3600, 28_800]],
    [864_000, [3600, 28_800]],
  ];
  for (const [keepAliveAtMost, keepFor] of offers) {
    it(`offers to keep the app for ${keepFor.join(" or ") || "no time"} where ${keepAliveAtMost} s are allowed`, () => {
      const policy = aPolicy({ keepAliveAtMost });
      assert.deepEqual(warningNotice({ ...told, policy }, due, NOW).keepFor, keepFor);
    });
  }
});

describe("a notice's id", () => {
  const first = warningNotice(told, due, NOW).id;

  it("is the same whoever writes it, and whenever", () => {
    assert.equal(warningNotice(told, due, secondsAfter(NOW, 60)).id, first);
  });

  it("is another for another app, another incarnation, a warning after other activity, and word of a stop", () => {
    const [other, later] = [anApp({ name: "other" }), anApp({ createdAt: NOW })];
    const ids = [
      first,
      ...[other, later].map((app) => warningNotice({ ...told, app }, due, NOW).id),
      warningNotice(told, { ...due, warnedAfter: secondsAfter(NOW, 1) }, NOW).id,
      stopNotice(told, stop, NOW, NOW).id,
      stopNotice(told, { ...stop, eligibleAt: secondsAfter(NOW, 1) }, NOW, NOW).id,
    ];
    assert.equal(new Set(ids).size, ids.length);
  });
});

it("word of a stop says why, when, and when that was written", () => {
  const policy = aPolicy({ notifyIn: ["terminal"] });
  const { id, ...notice } = stopNotice({ ...told, policy }, stop, NOW, secondsAfter(NOW, 5));
  assert.match(id, /^[\da-f]{12}$/);
  assert.deepEqual(notice, {
    v: 1,
    kind: "stopped",
    why: "idle for 1 h",
    writtenAt: seconds + 5,
    stopAt: seconds,
    ways: ["terminal"],
  });
});

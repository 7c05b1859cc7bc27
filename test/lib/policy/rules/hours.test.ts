import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decide } from "../../../../lib/policy/decide.ts";
import { assessHeartbeat } from "../../../../lib/policy/assess-heartbeat.ts";
import type { AppPolicy } from "../../../../lib/policy/document.ts";
import type { Facts } from "../../../../lib/policy/facts.ts";
import type { Hours } from "../../../../lib/policy/hours.ts";
import { secondsAfter, secondsBetween } from "../../../../lib/policy/time.ts";
import type { Verdict } from "../../../../lib/policy/verdict.ts";
import { workingHours } from "../../arbitraries.ts";
import { aHeartbeat, aNotice, anApp, aPolicy } from "../../builders.ts";

/** Eight to six in UTC on workdays; at night a quarter of an hour. */
const hours: Hours = {
  timeZone: "UTC",
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: "08:00",
  to: "18:00",
  idleTimeInSeconds: 900,
};
const never = aPolicy({ idleTimeInSeconds: Infinity, hours });

/** The verdict at an instant on an app that has been idle for so long, by a heartbeat of just then. */
function verdictAt(at: string | Date, idleSeconds: number, policy: AppPolicy, notice?: Facts["notice"]): Verdict {
  return verdictBy(new Date(at), new Date(at), idleSeconds, policy, notice);
}

/** The same by a heartbeat that was received some time before. */
function verdictBy(
  receivedAt: Date,
  now: Date,
  idleSeconds: number,
  ...[policy, notice]: [policy: AppPolicy, notice?: Facts["notice"]]
): Verdict {
  const app = anApp({ createdAt: secondsAfter(now, -100_000) });
  const reading = aHeartbeat({ up: 90_000, idle: { kernels: idleSeconds } }, receivedAt);
  return decide({ app, heartbeat: assessHeartbeat(app, reading, now), policy, notice, now });
}

describe("an app within working hours and outside", () => {
  const warning = { ...never, warnBefore: 600 };
  const noon = "2026-01-05T12:00:00Z";
  const cases: readonly (readonly [
    what: string,
    at: string,
    idleSeconds: number,
    policy: AppPolicy,
    verdict: string,
    eligibleAt: string | null,
  ])[] = [
    [
      "is never stopped where the day says never",
      noon,
      7200,
      never,
      "keep recently-active",
      "2026-01-05T18:00:00.000Z",
    ],
    ["is stopped when they end", "2026-01-05T18:00:00Z", 7200, never, "stop idle", "2026-01-05T16:15:00.000Z"],
    [
      "is kept at night until then",
      "2026-01-05T20:00:00Z",
      899,
      never,
      "keep recently-active",
      "2026-01-05T20:00:01.000Z",
    ],
    [
      "is kept when they begin",
      "2026-01-06T08:00:00Z",
      36_000,
      never,
      "keep recently-active",
      "2026-01-06T18:00:00.000Z",
    ],
    ["is warned before they end", "2026-01-05T17:53:00Z", 7200, warning, "keep warned", "2026-01-05T18:00:30.000Z"],
    [
      "is not warned earlier",
      "2026-01-05T17:52:29Z",
      7200,
      warning,
      "keep recently-active",
      "2026-01-05T18:00:00.000Z",
    ],
    ["is warned at night", "2026-01-05T22:00:00Z", 450, warning, "keep warned", "2026-01-05T22:07:30.000Z"],
    [
      "is not warned of a stop that the morning would forbid",
      "2026-01-06T07:50:00Z",
      7200,
      warning,
      "keep recently-active",
      "2026-01-06T18:00:00.000Z",
    ],
    [
      "is never stopped where neither says when",
      noon,
      80_000,
      { ...never, hours: { ...hours, idleTimeInSeconds: Infinity } },
      "keep recently-active",
      null,
    ],
  ];
  for (const [what, at, idleSeconds, policy, expected, eligibleAt] of cases) {
    it(what, () => {
      const { verdict, reason, ...found } = verdictAt(at, idleSeconds, policy);
      assert.deepEqual([`${verdict} ${reason}`, found.eligibleAt?.toISOString() ?? null], [expected, eligibleAt]);
    });
  }

  it("is said to be kept for them where they begin before its user could be warned, and no one who was warned", () => {
    const at = "2026-01-06T07:50:00Z";
    const { reason, detail } = verdictAt(at, 7200, warning);
    assert.equal(
      `${reason}: ${detail}`,
      "recently-active: kernels idle for 2 h of 15 min outside its hours; " +
        "its hours begin before its user could be warned",
    );
    assert.equal(verdictAt(at, 7200, warning, aNotice({}, new Date("2026-01-06T07:45:00Z"))).reason, "warned");
  });

  it("is stopped right before they begin where nobody is warned", () => {
    assert.equal(verdictAt("2026-01-06T07:59:59Z", 7200, never).reason, "idle");
  });

  it("is warned before they end by a heartbeat of some time ago, too", () => {
    const now = new Date("2026-01-05T17:52:30Z");
    assert.equal(verdictBy(secondsAfter(now, -60), now, 7200, warning).reason, "warned");
    const before = secondsAfter(now, -1);
    assert.equal(verdictBy(secondsAfter(before, -60), before, 7200, warning).reason, "recently-active");
  });

  it("is said to be within them or outside", () => {
    assert.equal(
      verdictAt(noon, 60, never).detail,
      "kernels idle for 60 s, for which it is never stopped in its hours",
    );
    const night = verdictAt("2026-01-05T22:00:00Z", 60, never).detail;
    assert.equal(night, "kernels idle for 60 s of 15 min outside its hours");
  });

  it("is not stopped before its warning is over, though the hours end meanwhile", () => {
    const written = new Date("2026-01-05T17:58:00Z");
    const read = aNotice({}, written);
    assert.equal(verdictAt("2026-01-05T18:05:00Z", 8000, warning, read).reason, "warned");
    assert.equal(verdictAt("2026-01-05T18:17:59Z", 8000, warning, read).reason, "warned");
    assert.equal(verdictAt("2026-01-05T18:18:00Z", 8000, warning, read).reason, "idle");
  });
});

describe("whatever the working hours", () => {
  const timeout = fc.oneof(fc.integer({ min: 1, max: 80_000 }), fc.constant(Infinity));
  const anyPolicy = fc
    .record({ hours: workingHours, idleTimeInSeconds: timeout, warnBefore: fc.nat(3600) })
    .map((of) => aPolicy(of));
  const days = fc.constantFrom("2026-03-28T12:00Z", "2026-10-24T12:00Z", "2026-10-31T12:00Z", "2026-10-03T08:00Z");
  const instants = fc.tuple(days, fc.nat(172_800)).map(([day, seconds]) => secondsAfter(new Date(day), seconds));

  it("an app that stays idle is not stopped before the time that was named, and nobody is warned of less", () => {
    const idle = fc.nat(20_000);
    const later = fc.nat(20_000);
    fc.assert(
      fc.property(instants, idle, anyPolicy, later, (now, idleSeconds, policy, more) => {
        const verdict = verdictAt(now, idleSeconds, policy);
        if (verdict.verdict === "stop") return;
        const { eligibleAt, dueWarning } = verdict;
        if (dueWarning !== undefined) {
          const promised = secondsAfter(now, dueWarning.warnSeconds);
          assert.ok(eligibleAt !== null && eligibleAt <= promised);
          assert.equal(
            verdictAt(promised, idleSeconds + dueWarning.warnSeconds, { ...policy, warnBefore: 0 }).verdict,
            "stop",
          );
        }
        const at = secondsAfter(now, more);
        if (eligibleAt !== null && eligibleAt <= at) return;
        assert.equal(verdictAt(at, idleSeconds + more, policy).verdict, "keep");
      }),
      { numRuns: 2000 },
    );
  });

  it("an app can be stopped at the time that is named, where nobody is warned", () => {
    fc.assert(
      fc.property(instants, fc.nat(20_000), anyPolicy, (now, idleSeconds, policy) => {
        const unwarned = { ...policy, warnBefore: 0 };
        const { verdict, eligibleAt } = verdictAt(now, idleSeconds, unwarned);
        if (verdict === "stop" || eligibleAt === null) return;
        const more = Math.max(0, secondsBetween(now, eligibleAt));
        fc.pre(idleSeconds + more <= 89_999);
        assert.equal(verdictAt(secondsAfter(now, more), idleSeconds + more, unwarned).verdict, "stop");
      }),
      { numRuns: 1000 },
    );
  });
});

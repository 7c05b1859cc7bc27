import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Hours } from "../../../lib/policy/hours.ts";
import { secondsAfter, secondsBetween } from "../../../lib/policy/time.ts";
import { comingStop, timeoutAt } from "../../../lib/policy/timeouts.ts";
import { workingHours } from "../arbitraries.ts";

/** Eight to six in Berlin on workdays, which is seven to five by UTC in winter; at night a quarter of an hour. */
const berlin: Hours = {
  timeZone: "Europe/Berlin",
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: "08:00",
  to: "18:00",
  idleTimeInSeconds: 900,
};

describe("the coming stop of an app that stays idle", () => {
  const cases: readonly (readonly [what: string, timeout: number, lastActive: string, now: string, stop: string])[] = [
    ["comes after the timeout of the day", 3600, "2026-01-05T10:00Z", "2026-01-05T10:10Z", "2026-01-05T11:00Z"],
    ["comes after the night's at night", 3600, "2026-01-05T20:00Z", "2026-01-05T20:10Z", "2026-01-05T20:15Z"],
    ["comes when the hours end", 3600, "2026-01-05T16:30Z", "2026-01-05T16:40Z", "2026-01-05T17:00Z"],
    ["comes a little later", 3600, "2026-01-05T16:55Z", "2026-01-05T16:56Z", "2026-01-05T17:10Z"],
    ["waits for a day after the night", 3600, "2026-01-06T06:50Z", "2026-01-06T06:55Z", "2026-01-06T07:50Z"],
    ["waits for the evening", Infinity, "2026-01-06T06:50Z", "2026-01-06T06:55Z", "2026-01-06T17:00Z"],
    ["came before, where it is over", 3600, "2026-01-05T20:00Z", "2026-01-05T22:00Z", "2026-01-05T20:15Z"],
    [
      "is not before the evening, however idle it was",
      Infinity,
      "2026-01-05T20:00Z",
      "2026-01-06T08:00Z",
      "2026-01-06T17:00Z",
    ],
    ["is on Friday evening by summer's clock", Infinity, "2026-07-03T08:00Z", "2026-07-03T08:00Z", "2026-07-03T16:00Z"],
  ];
  for (const [what, idleTimeInSeconds, lastActive, now, stop] of cases) {
    it(what, () => {
      const coming = comingStop({ idleTimeInSeconds, hours: berlin }, new Date(lastActive), new Date(now));
      assert.equal(coming?.at.toISOString(), new Date(stop).toISOString());
    });
  }

  it("comes after the day's timeout where its hours are always, and never where that is never over", () => {
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
    const hours: Hours = { ...berlin, days: [...days], from: "00:00", to: "24:00" };
    const at = new Date("2026-01-05T10:00Z");
    const coming = (idleTimeInSeconds: number) => comingStop({ idleTimeInSeconds, hours }, at, at);
    assert.deepEqual(coming(3600), { at: secondsAfter(at, 3600), timeoutSeconds: 3600 });
    assert.equal(coming(Infinity), undefined);
  });

  it("that comes when the hours end, and would have then, goes by the timeout of the day", () => {
    const [at, now] = [new Date("2026-01-05T16:00Z"), new Date("2026-01-05T16:10Z")];
    const coming = comingStop({ idleTimeInSeconds: 3600, hours: berlin }, at, now);
    assert.deepEqual(coming, { at: secondsAfter(at, 3600), timeoutSeconds: 3600 });
  });

  it("never comes where neither timeout is ever over", () => {
    const hours = { ...berlin, idleTimeInSeconds: Infinity };
    const now = new Date("2026-01-05T10:00Z");
    assert.equal(comingStop({ idleTimeInSeconds: Infinity }, now, now), undefined);
    assert.equal(comingStop({ idleTimeInSeconds: Infinity, hours }, now, now), undefined);
  });

  it("is the first instant at which the app has been idle for the timeout of that instant, in any time zone", () => {
    const around = fc.constantFrom("2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-11-01T06:00Z", "2026-04-04T15:00Z");
    const minutes = fc.integer({ min: 1, max: 3000 });
    const timeout = fc.oneof(minutes, fc.constant(Infinity)).map((of) => 60 * of);
    const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
    fc.assert(
      fc.property(around, workingHours, zone, timeout, timeout, minutes, fc.nat(3000), (day, of, timeZone, ...rest) => {
        const [inside, outside, before, idle] = rest;
        const now = secondsAfter(new Date(day), -60 * before);
        const lastActiveAt = secondsAfter(now, -60 * idle);
        const timeouts = { idleTimeInSeconds: inside, hours: { ...of, timeZone, idleTimeInSeconds: outside } };
        const isDue = (at: Date) => secondsBetween(lastActiveAt, at) >= timeoutAt(timeouts, at);
        const coming = comingStop(timeouts, lastActiveAt, now);
        const stop = coming && (coming.at > now ? coming.at : now);
        if (stop === undefined) assert.equal(Math.min(inside, outside), Infinity);
        else assert.ok(isDue(stop));
        const until = stop === undefined ? 300 : Math.min(300, secondsBetween(now, stop) / 60);
        for (let minute = 0; minute < until; minute += 1) assert.ok(!isDue(secondsAfter(now, 60 * minute)));
      }),
      { numRuns: 300 },
    );
  });
});

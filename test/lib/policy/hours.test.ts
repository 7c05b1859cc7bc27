import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isWithinHours, nextChangeOfHours, type Hours } from "../../../lib/policy/hours.ts";
import { secondsAfter, secondsBetween } from "../../../lib/policy/time.ts";
import { workingHours } from "../arbitraries.ts";

function hours(overrides: Partial<Hours> = {}): Hours {
  const days = ["mon", "tue", "wed", "thu", "fri"] as const;
  return {
    timeZone: "Europe/Berlin",
    days: [...days],
    from: "08:00",
    to: "18:00",
    idleTimeInSeconds: 60,
    ...overrides,
  };
}

const night = hours({ days: ["fri"], from: "22:00", to: "06:00" });
const lateSaturday = hours({ days: ["sat"], from: "20:00", to: "24:00" });

describe("working hours", () => {
  const cases: readonly (readonly [what: string, of: Hours, instant: string, within: boolean])[] = [
    ["begin at their first minute", hours(), "2026-01-05T07:00:00Z", true],
    ["have not begun the minute before", hours(), "2026-01-05T06:59:59Z", false],
    ["end at the minute that is named", hours(), "2026-01-05T17:00:00Z", false],
    ["go on to the last second before it", hours(), "2026-01-05T16:59:59Z", true],
    ["are not on a Sunday", hours(), "2026-01-04T10:00:00Z", false],
    ["begin an hour earlier by UTC in summer", hours(), "2026-07-06T06:00:00Z", true],
    ["end an hour earlier by UTC in summer", hours(), "2026-07-06T16:00:00Z", false],
    ["of the Sunday in spring begin by the clock on the wall", hours({ days: ["sun"] }), "2026-03-29T06:00:00Z", true],
    ["of that Sunday do not begin earlier", hours({ days: ["sun"] }), "2026-03-29T05:59:00Z", false],
    ["of the Sunday in autumn begin by the clock on the wall", hours({ days: ["sun"] }), "2026-10-25T07:00:00Z", true],
    ["of that Sunday do not begin earlier, either", hours({ days: ["sun"] }), "2026-10-25T06:59:00Z", false],
    ["of an hour that comes twice hold both times", night, "2026-10-24T00:30:00Z", true],
    ["go by the day of their time zone", hours({ timeZone: "Asia/Tokyo" }), "2026-01-04T23:30:00Z", true],
    ["of a night begin in the evening", night, "2026-01-09T21:00:00Z", true],
    ["of a night have not begun at noon", night, "2026-01-09T11:00:00Z", false],
    ["of a night are not those of the day before", night, "2026-01-09T04:59:00Z", false],
    [
      "of a Sunday's night go on until Monday",
      hours({ days: ["sun"], from: "22:00", to: "06:00" }),
      "2026-01-05T04:59:00Z",
      true,
    ],
    ["of a night go on after midnight", night, "2026-01-10T04:59:00Z", true],
    ["of a night end in the morning", night, "2026-01-10T05:00:00Z", false],
    ["of a night are over the next evening", night, "2026-01-10T21:30:00Z", false],
    ["may end at midnight", lateSaturday, "2026-01-10T22:59:00Z", true],
    ["that end at midnight are over then", lateSaturday, "2026-01-10T23:00:00Z", false],
  ];
  for (const [what, of, instant, within] of cases) {
    it(what, () => {
      assert.equal(isWithinHours(of, new Date(instant)), within);
    });
  }

  it("of eight to six are ten hours on every workday of a year, whatever the clocks do", () => {
    for (const timeZone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]) {
      const quarters = Array.from({ length: 364 * 96 }, (_, i) => new Date(Date.UTC(2026, 0, 3, 12) + i * 900_000));
      const within = quarters.filter((instant) => isWithinHours(hours({ timeZone }), instant));
      assert.equal(within.length, 260 * 40, timeZone);
    }
  });
});

describe("the next change of hours", () => {
  const newYork = hours({ timeZone: "America/New_York" });
  const lordHowe = hours({ timeZone: "Australia/Lord_Howe", days: ["sun"] });
  const small = hours({ days: ["sun"], from: "01:30", to: "02:30" });
  const cases: readonly (readonly [what: string, of: Hours, instant: string, change: string | undefined])[] = [
    ["is their end on a workday", hours(), "2026-01-05T12:00:30Z", "2026-01-05T17:00:00Z"],
    ["is their beginning before a workday", hours(), "2026-01-05T03:00:00Z", "2026-01-05T07:00:00Z"],
    ["is after the weekend", hours(), "2026-01-09T17:00:00Z", "2026-01-12T07:00:00Z"],
    ["is an hour earlier by UTC after the weekend in spring", hours(), "2026-03-27T17:00:00Z", "2026-03-30T06:00:00Z"],
    ["is an hour later by UTC after the weekend in autumn", hours(), "2026-10-23T16:00:00Z", "2026-10-26T07:00:00Z"],
    ["goes by New York's own Sunday in spring", newYork, "2026-03-06T23:00:00Z", "2026-03-09T12:00:00Z"],
    ["goes by New York's own Sunday in autumn", newYork, "2026-10-30T22:00:00Z", "2026-11-02T13:00:00Z"],
    ["is half an hour off on Lord Howe in autumn", lordHowe, "2026-04-04T12:00:00Z", "2026-04-04T21:30:00Z"],
    ["is half an hour off on Lord Howe in spring", lordHowe, "2026-10-03T12:00:00Z", "2026-10-03T21:00:00Z"],
    ["is when clocks skip the end", small, "2026-03-29T00:45:00Z", "2026-03-29T01:00:00Z"],
    ["is the first end of an hour that comes twice", small, "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z"],
    ["is when clocks go back into them", small, "2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z"],
    ["is at midnight where they end there", lateSaturday, "2026-01-10T22:59:59Z", "2026-01-10T23:00:00Z"],
    [
      "does not come where they are always",
      hours({ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: "00:00", to: "24:00" }),
      "2026-01-05T12:00:00Z",
      undefined,
    ],
  ];
  for (const [what, of, instant, change] of cases) {
    it(what, () => {
      assert.equal(nextChangeOfHours(of, new Date(instant))?.toISOString(), change && new Date(change).toISOString());
    });
  }

  it("is the first minute at which they are otherwise, whatever the clocks do meanwhile", () => {
    const around = fc.constantFrom("2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-03-08T07:00Z", "2026-04-04T15:00Z");
    const minutes = fc.integer({ min: -4320, max: 4320 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(workingHours, around, minutes, fc.array(share, { maxLength: 30 }), (of, day, offset, shares) => {
        const instant = secondsAfter(new Date(day), 60 * offset);
        const change = nextChangeOfHours(of, instant);
        const isWithin = isWithinHours(of, instant);
        if (change === undefined) return;
        assert.ok(change > instant);
        assert.notEqual(isWithinHours(of, change), isWithin);
        assert.equal(isWithinHours(of, secondsAfter(change, -1)), isWithin);
        for (const one of shares)
          assert.equal(isWithinHours(of, secondsAfter(instant, one * (secondsBetween(instant, change) - 1))), isWithin);
      }),
      { numRuns: 500 },
    );
  });
});

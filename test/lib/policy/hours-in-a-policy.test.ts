import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policyWith, refusalOf } from "./refusals.ts";

const fields = { timeZone: "UTC", from: "08:00", to: "18:00", idleTimeInSeconds: 60 };
/** YAML may be JSON, in which times have their quotes. */
const withHours = (more: Readonly<Record<string, unknown>>) =>
  `defaults: {"hours": ${JSON.stringify({ ...fields, ...more })}}`;

describe("working hours in a policy", () => {
  it("are those of Monday to Friday unless it names days", () => {
    assert.deepEqual(policyWith(withHours({})).defaults.hours?.days, ["mon", "tue", "wed", "thu", "fri"]);
    assert.deepEqual(policyWith(withHours({ days: ["sun"] })).defaults.hours?.days, ["sun"]);
  });

  const accepted: readonly Readonly<Record<string, unknown>>[] = [
    { from: "00:00" },
    { from: "23:59" },
    { from: "19:59" },
    { to: "24:00" },
    { to: "00:00" },
    { to: "23:59" },
    { timeZone: "America/Argentina/Buenos_Aires" },
    { timeZone: "europe/berlin" },
    { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] },
  ];
  for (const more of accepted) {
    it(`may have ${JSON.stringify(more)}`, () => {
      assert.equal(refusalOf(withHours(more)), "accepted");
    });
  }

  const times = [
    "8:00",
    "08:0",
    "008:00",
    "08:000",
    "24:01",
    "25:00",
    "30:00",
    "08:60",
    "08:6",
    "0800",
    "08:00 ",
    "aa:00",
  ];
  for (const time of times) {
    it(`neither begin nor end at ${JSON.stringify(time)}`, () => {
      const refused = (field: string, like: string) =>
        `defaults.hours.${field}: expected a time of day in quotes, like "${like}", got "${time}"`;
      assert.equal(refusalOf(withHours({ from: time })), refused("from", "08:00"));
      assert.equal(refusalOf(withHours({ to: time })), refused("to", "18:00"));
    });
  }

  const noZone = "defaults.hours.timeZone: expected a time zone like Europe/Berlin, got";
  const days = "mon, tue, wed, thu, fri, sat, sun";
  const refused: readonly (readonly [more: Readonly<Record<string, unknown>>, refusal: string])[] = [
    [{ from: "24:00" }, 'defaults.hours.from: expected a time of day in quotes, like "08:00", got "24:00"'],
    [{ from: 480 }, 'defaults.hours.from: expected a time of day in quotes, like "08:00", got 480'],
    [{ timeZone: "" }, `${noZone} ""`],
    [{ timeZone: 1 }, `${noZone} 1`],
    [{ timeZone: "-05:00" }, `${noZone} "-05:00"`],
    [{ days: "mon" }, 'defaults.hours.days: expected a list of days, like [mon, tue], got "mon"'],
    [{ days: ["mon", "monday"] }, `defaults.hours.days[1]: expected one of ${days}, got "monday"`],
    [{ from: "18:00" }, "defaults.hours: from and to must differ"],
  ];
  for (const [more, refusal] of refused) {
    it(`are refused with ${JSON.stringify(more)}`, () => {
      assert.equal(refusalOf(withHours(more)), refusal);
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { duration, utcMinute } from "../../../lib/policy/time.ts";

describe("a duration for people", () => {
  const cases: readonly (readonly [seconds: number, words: string])[] = [
    [-5, "0 s"],
    [0, "0 s"],
    [44.5, "45 s"],
    [119, "119 s"],
    [119.5, "2 min"],
    [120, "2 min"],
    [121, "2 min 1 s"],
    [3599, "59 min 59 s"],
    [3600, "1 h"],
    [3659, "1 h"],
    [3660, "1 h 1 min"],
    [86_399, "23 h 59 min"],
    [86_400, "1 d"],
    [89_999, "1 d"],
    [90_000, "1 d 1 h"],
    [315_360_000, "3650 d"],
  ];
  for (const [seconds, words] of cases) {
    it(`of ${seconds} seconds is ${words}`, () => {
      assert.equal(duration(seconds), words);
    });
  }
});

it("an instant for people is to the minute, in UTC, however late in it", () => {
  assert.equal(utcMinute(new Date("2026-12-24T18:00:59.999Z")), "2026-12-24 18:00 UTC");
});

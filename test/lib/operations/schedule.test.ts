import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSchedule } from "../../../lib/operations/schedule.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

describe("the rhythm of a schedule", () => {
  const rhythms: readonly (readonly [expression: string, intervalSeconds: number, longestGapSeconds: number])[] = [
    ["rate(1 minute)", MINUTE, MINUTE],
    ["rate(5 minutes)", 5 * MINUTE, 5 * MINUTE],
    ["rate(1 hour)", HOUR, HOUR],
    ["rate(1 day)", DAY, DAY],
    ["cron(* * * * ? *)", MINUTE, MINUTE],
    ["cron(0/5 * * * ? *)", 5 * MINUTE, 5 * MINUTE],
    // From Friday 20:55 to Monday 8:00.
    ["cron(0/5 8-20 ? * MON-FRI *)", 5 * MINUTE, 2 * DAY + 11 * HOUR + 5 * MINUTE],
    ["cron(0/5 8-20 ? * 2-6 *)", 5 * MINUTE, 2 * DAY + 11 * HOUR + 5 * MINUTE],
    ["cron(0 8,20 * * ? *)", 12 * HOUR, 12 * HOUR],
    ["cron(0 20 ? * MON-FRI *)", DAY, 3 * DAY],
    // Two sweeps close together, then none for an hour: only an hour is sure to have one.
    ["cron(0,1 * * * ? *)", 59 * MINUTE, 59 * MINUTE],
    ["cron(*/15 6-7 1-31 jan-dec ? *)", 15 * MINUTE, 22 * HOUR + 15 * MINUTE],
  ];
  for (const [expression, intervalSeconds, longestGapSeconds] of rhythms) {
    it(`of ${expression} is known`, () => {
      assert.deepEqual(readSchedule(expression), { intervalSeconds, longestGapSeconds });
    });
  }
});

describe("a schedule is refused", () => {
  for (const expression of [
    "",
    "0",
    "rate(0 minutes)",
    "rate(-1 minutes)",
    "rate(1.5 hours)",
    "rate(10 seconds)",
    "rate(5)",
    "every minute",
    "at(2026-01-01T00:00:00)",
    "cron(* * * * *)",
    "cron(* * * * * *)",
    "cron(60 * * * ? *)",
    "cron(5-1 * * * ? *)",
    "cron(0 8 ? * MON#1 *)",
    "cron(0 8 L * ? *)",
    "cron(0 8 31 FEB ? *)",
    "cron(0/0 * * * ? *)",
    "cron(, * * * ? *)",
    "cron(0 0 1 1 ? 2027)",
  ]) {
    it(`where it is none, like ${JSON.stringify(expression)}, by its name, its value and what is accepted`, () => {
      assert.throws(
        () => readSchedule(expression),
        (error) =>
          error instanceof Error &&
          error.message.startsWith("schedule: expected rate(5 minutes)") &&
          error.message.endsWith(`got ${JSON.stringify(expression)}`),
      );
    });
  }

  for (const expression of [
    "rate(2 days)",
    "cron(0 20 ? * TUE,SAT *)",
    "cron(0 8 1 * ? *)",
    "cron(0/5 8-9 1-20 * ? *)",
  ]) {
    it(`where it fires too rarely to be watched, like ${expression}`, () => {
      assert.throws(() => readSchedule(expression), /^Error: schedule: expected at least once a day/);
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseUntil } from "../../../lib/policy/until.ts";

describe("an end in words", () => {
  const cases: readonly (readonly [text: string, end: string | undefined])[] = [
    ["2026-12-24", "2026-12-25T00:00:00.000Z"],
    ["2028-02-29", "2028-03-01T00:00:00.000Z"],
    ["2026-12-24T18:00Z", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24T18:00:30.5+02:00", "2026-12-24T16:00:30.500Z"],
    ["2026-02-29", undefined],
    ["2026-13-01", undefined],
    ["2026-02-30T10:00Z", undefined],
    ["2026-12-24T25:00Z", undefined],
    ["2026-12-24T18:00", undefined],
    ["2026-12-24 18:00", undefined],
    ["24.12.2026", undefined],
    ["tomorrow", undefined],
    ["", undefined],
    ["2026-12-24T18:00:30-05:30", "2026-12-24T23:30:30.000Z"],
    ["2026-12-24T18:00:00.123456789Z", "2026-12-24T18:00:00.123Z"],
    ...[
      ...["x2026-12-24", "2026-12-24x", "12026-12-24", "2026-12-240", "2026-12-4", "2026-1-24", "202-12-24"],
      ...["x2026-12-24T18:00Z", "2026-12-24T18:00Zx", "2026-12-24T8:00Z", "2026-12-24T18:0Z", "2026-12-24T18Z"],
      ...["2026-12-24T18:00:3Z", "2026-12-24T18:00:30.Z", "2026-12-24T18:00:30.1234567891Z", "2026-12-24T18:60Z"],
      ...["2026-12-24T18:00+2:00", "2026-12-24T18:00+02", "2026-12-24T18:00+0200", "2026-12-24T18:00z"],
      ...["+012026-12-24", "+012026-12-24T18:00Z", "2026-12-24T18:00 +02:00", "2026-12-24T1800Z", "2026-12-32T18:00Z"],
    ].map((text) => [text, undefined] as const),
  ];
  for (const [text, end] of cases) {
    it(end === undefined ? `is not ${JSON.stringify(text)}` : `is ${end} for ${text}`, () => {
      assert.equal(parseUntil(text)?.toISOString(), end);
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openForWriting, readDuration, readOptions, readWhole, UsageError } from "../lib/admin/command-line.ts";

const options = { idle: { type: "string", default: "25" }, help: { type: "boolean", default: false } } as const;

/** What a mistake is told. */
function told(mistake: () => unknown): string {
  try {
    mistake();
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.message;
  }
  return "nothing";
}

describe("a command line", () => {
  it("is read into its options, with their defaults", () => {
    assert.deepEqual({ ...readOptions(options, []) }, { idle: "25", help: false });
    assert.deepEqual({ ...readOptions(options, ["--idle", "30", "--help"]) }, { idle: "30", help: true });
  });

  const mistakes = [
    { args: ["--ilde", "30"], says: "Unknown option '--ilde': --help says what is accepted." },
    { args: ["--idle"], says: "Option '--idle <value>' argument missing: --help says what is accepted." },
    { args: ["--idle", "-5"], says: "Option '--idle' argument is ambiguous: --help says what is accepted." },
    { args: ["--help=1"], says: "Option '--help' does not take an argument: --help says what is accepted." },
    { args: ["30.5"], says: "Unexpected argument '30.5': --help says what is accepted." },
  ];
  for (const { args, says } of mistakes) {
    it(`${args.join(" ")} is refused in one sentence`, () => {
      assert.equal(
        told(() => readOptions(options, args)),
        says,
      );
    });
  }

  it("says a duration in seconds, minutes or hours", () => {
    const read = ["90s", "20m", "1h"].map((text) => readDuration("--timeout", text, [60, 3600]));
    assert.deepEqual(read, [90, 1200, 3600]);
  });
  for (const text of ["20", "m", "", "1.5m", "-5m", "20 m", "2d", "59s", "61m"]) {
    it(`no duration is read from ${JSON.stringify(text)}`, () => {
      assert.equal(
        told(() => readDuration("--timeout", text, [60, 3600])),
        `--timeout takes a duration such as 90s, 20m or 1h, from 60s to 3600s, not ${JSON.stringify(text)}.`,
      );
    });
  }

  for (const text of ["abc", "", " ", "1.5", "1e2", "-1", "9", "101", "0x10"]) {
    it(`${JSON.stringify(text)} is no whole number from 10 to 100`, () => {
      const says = `--idle takes a whole number from 10 to 100, not ${JSON.stringify(text)}.`;
      assert.equal(
        told(() => readWhole("--idle", text, [10, 100])),
        says,
      );
    });
  }

  it("takes the bounds of a number, too", () => {
    assert.deepEqual([readWhole("--idle", "10", [10, 100]), readWhole("--idle", "100", [10, 100])], [10, 100]);
  });

  it("refuses a file that cannot be written", async () => {
    await assert.rejects(openForWriting("--logs", "/nonexistent/log"), {
      message: '--logs takes a file that can be written, not "/nonexistent/log".',
    });
  });
});

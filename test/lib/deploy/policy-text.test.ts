import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { policyNotes, policyText } from "../../../lib/deploy/policy-text.ts";
import { Refused } from "../../../lib/deploy/refused.ts";
import { InvalidPolicy, parsePolicy } from "../../../lib/policy/document.ts";

const text = (file: string, mode: "live" | "dry-run" | "policy" = "policy") => policyText(file, mode, "policy.yml");
const padded = (bytes: number) => "version: 1\nmode: live\n#".padEnd(bytes, "é".repeat(bytes)).slice(0, bytes);

describe("the policy that is deployed", () => {
  it("is policy.yml to the letter, comments included", async () => {
    const file = await readFile(new URL("../../../policy.yml", import.meta.url), "utf8");
    assert.equal(text(file), file);
  });

  it("is in the mode that the deploy asks for, and else unchanged", async () => {
    const file = await readFile(new URL("../../../policy.yml", import.meta.url), "utf8");
    const dry = text(file, "dry-run");
    assert.equal(parsePolicy(dry, "").mode, "dry-run");
    assert.equal(dry, file.replace("mode: live", "mode: dry-run"));
    assert.equal(text(dry, "live"), file);
  });

  it("is so in JSON, too", () => {
    assert.equal(parsePolicy(text('{"version": 1,\n  "mode": "live"}', "dry-run"), "").mode, "dry-run");
  });

  it("is refused where the mode cannot be told from the rest", () => {
    assert.throws(
      () => text('{"version": 1, "mode": "live"}', "dry-run"),
      /mode: policy\.yml must have its mode on a line of its own/,
    );
    assert.throws(
      () => text("version: 1\nrules: [{match: {space: [\nmode: live, a]}, set: {minRuntime: 1}}]\n", "dry-run"),
      InvalidPolicy,
    );
  });

  it("is refused where a dry run of all is asked for, and a rule would stop apps all the same", () => {
    const rules =
      "rules: [{name: team, match: {space: a}, set: {mode: live}}, {match: {space: b}, set: {mode: dry-run}}]";
    for (const mode of ["live", "dry-run"]) {
      const file = `version: 1\nmode: ${mode}\n${rules}`;
      assert.throws(() => text(file, "dry-run"), /mode: with mode=dry-run, .* a rule's own mode wins: team$/);
      assert.equal(text(file), file);
    }
  });

  it("is refused with a rule that nothing can match, which is named", () => {
    assert.throws(
      () => text("version: 1\nmode: live\nrules: [{match: {appType: Jupyterlab}, set: {exempt: true}}]"),
      (error) =>
        error instanceof Refused &&
        /^policy\.yml has rules that match nothing\n {2}rules\[0\]\.match\.appType: there is no/.test(error.message),
    );
  });

  it("is deployed with rules that hold no longer or never, of which the deployer is told", () => {
    const rules = ["'*'", "a"].map((space) => `{match: {space: ${space}}, set: {exempt: true}}`);
    const file = `version: 1\nmode: live\nrules: [${rules.join()}]`;
    assert.equal(text(file), file);
    assert.deepEqual(policyNotes(file, new Date()), [
      "policy.yml: rule 2 never holds: rule 1 comes first, and matches the same apps",
    ]);
  });

  it("is refused with a typo, which is named", () => {
    assert.throws(
      () => text("version: 1\nmode: live\ndefault: {}"),
      (error) => error instanceof InvalidPolicy && error.message.includes("default: no such field"),
    );
  });

  it("may have what a parameter can hold, in bytes", () => {
    const ascii = "version: 1\nmode: live\n#".padEnd(8192, "x");
    assert.equal(text(ascii), ascii);
    for (const long of [`${ascii}x`, padded(4200)])
      assert.throws(
        () => text(long),
        (error) =>
          error instanceof Refused && /policy\.yml has \d+ bytes, a parameter at most 8192/.test(error.message),
      );
  });

  it("is refused where CloudFormation or the framework would read something into it", () => {
    for (const place of ["${env:HOME}", "{{resolve:ssm:/a}}"])
      assert.throws(
        () => text(`version: 1\nmode: live # ${place}`),
        /must not contain (\$\{|\{\{), which the deploy would fill in/,
      );
  });
});

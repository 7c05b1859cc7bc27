import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { SCHEMA_FILE, policySchema } from "../../../lib/deploy/policy-schema.ts";
import { devTools } from "../../studio/python.ts";

const policyFile = new URL("../../../policy.yml", import.meta.url);
const CHECK = `
import json, jsonschema, sys
validator = jsonschema.Draft7Validator(json.loads(sys.argv[1]))
policies = json.loads(sys.argv[2])
print(json.dumps([[error.message for error in validator.iter_errors(policy)] for policy in policies]))`;

/** What an editor that knows JSON Schema would say of each policy. */
async function complaints(policies: readonly unknown[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)((await devTools()).python, [
    "-c",
    CHECK,
    policySchema(),
    JSON.stringify(policies),
  ]);
  return JSON.parse(stdout);
}

describe("policy.schema.json", () => {
  it("is the policy's schema as it is now: node lib/deploy/policy-schema.ts", async () => {
    assert.equal(await readFile(SCHEMA_FILE, "utf8"), policySchema());
  });

  it("is what policy.yml tells editors to check it by", async () => {
    assert.match(await readFile(policyFile, "utf8"), /^# yaml-language-server: \$schema=\.\/policy\.schema\.json\n/);
  });

  it("accepts policy.yml, and names what is mistyped", async () => {
    const rule = { match: { space: ["train-*", "gpu"] }, set: { idleTimeInSeconds: 900 } };
    const ok = { version: 1, mode: "live", rules: [rule] };
    const said = await complaints([
      load(await readFile(policyFile, "utf8")),
      ok,
      { ...ok, mode: "dry_run" },
      { ...ok, default: {} },
      { ...ok, rules: [{ ...rule, set: { idleTime: 900 } }] },
      { ...ok, rules: [{ ...rule, match: { spaces: "a" } }] },
      { ...ok, defaults: { idleTimeInSeconds: 0 } },
      { ...ok, agent: { notJobs: "vim" } },
      { ...ok, budget: { maxShare: 50 } },
      { version: 1 },
    ]);
    assert.ok(Array.isArray(said));
    assert.deepEqual(
      said.map((errors: unknown) => Array.isArray(errors) && errors.length > 0),
      [false, false, true, true, true, true, true, true, true, true],
      JSON.stringify(said),
    );
  });
});

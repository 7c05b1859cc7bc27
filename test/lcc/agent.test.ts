import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import * as v from "valibot";
import { parsePolicy } from "../../lib/policy/document.ts";
import { instructionsFor } from "../../lib/policy/instructions.ts";
import { devTools } from "../studio/python.ts";

const run = promisify(execFile);
const agentFolder = join(import.meta.dirname, "../../lcc/agent");
const report = v.object({ name: v.string(), trouble: v.nullable(v.string()) });

test("the agent's decisions", async (context) => {
  const { python } = await devTools();
  const { stdout } = await run(python, [join(import.meta.dirname, "agent", "main.py")], { timeout: 240_000 });
  const lines = stdout.trim().split("\n");
  assert.ok(lines.length > 100, "some tests did not run");
  for (const line of lines) {
    const { name, trouble } = v.parse(report, JSON.parse(line));
    await context.test(name, () => {
      assert.equal(trouble, null, trouble ?? undefined);
    });
  }
});

test("an agent that has no instructions yet does what the default policy would tell a small fleet", async () => {
  const code = "from instructions import *; import json; print(json.dumps(DEFAULT_INSTRUCTIONS))";
  const { stdout } = await run((await devTools()).python, ["-c", code], { cwd: agentFolder });
  const policy = parsePolicy("{version: 1, mode: live}", "the default policy");
  const defaults = v.parse(v.looseObject({}), JSON.parse(stdout));
  assert.deepEqual(defaults, { ...defaults, ...instructionsFor(policy, 1, new Date()) });
});

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import * as v from "valibot";
import { devTools } from "../studio/python.ts";

const run = promisify(execFile);
const report = v.object({ name: v.string(), trouble: v.nullable(v.string()) });

test("the agent's decisions", async (context) => {
  const { stdout } = await run((await devTools()).python, [join(import.meta.dirname, "agent_test.py")], {
    timeout: 120_000,
  });
  const lines = stdout.trim().split("\n");
  assert.ok(lines.length > 50, "some tests did not run");
  for (const line of lines) {
    const { name, trouble } = v.parse(report, JSON.parse(line));
    await context.test(name, () => {
      assert.equal(trouble, null, trouble ?? undefined);
    });
  }
});

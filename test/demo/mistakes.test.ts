import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";

const root = join(import.meta.dirname, "../..");

async function run(args: readonly string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, AWS_ENDPOINT_URL: "" } });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { exitCode: child.exitCode, stdout, stderr };
}

describe("a command that is called wrongly says so in one sentence, with exit code 2", () => {
  const mistakes = [
    {
      args: ["test/demo/start.ts", "--idle", "abc"],
      says: /^--idle takes a whole number from 10 to 86400, not "abc"\.$/,
    },
    {
      args: ["test/studio/main.ts", "--python", "/nonexistent/python"],
      says: /^--python: \/nonexistent\/python is not/,
    },
    {
      args: ["test/demo/sweep.ts"],
      says: /^AWS_ENDPOINT_URL takes the endpoint that `npm run studio` prints, not ""\.$/,
    },
  ];
  for (const { args, says } of mistakes) {
    it(args.join(" "), async () => {
      const { exitCode, stdout, stderr } = await run(args);
      assert.deepEqual([stdout, stderr.trim().split("\n").length], ["", 1], stderr);
      assert.match(stderr.trim(), says);
      assert.equal(exitCode, 2);
    });
  }
});

it("an older Node is told what is needed, and how to get it", async () => {
  const older = `data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.1.0" } })`;
  const { exitCode, stdout, stderr } = await run(["--import", older, "--import", "./test/node-version.js", "none.ts"]);
  assert.deepEqual([exitCode, stdout], [1, ""]);
  assert.match(stderr, /^Node 24 or newer is needed, and this is Node 20\.1\.0\. `npm rebuild node` installs one/);
});

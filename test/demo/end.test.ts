import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { livingOf, processesWith } from "../studio/living.ts";

const root = join(import.meta.dirname, "../..");

describe("npm start", { skip: platform() !== "linux" && "needs /proc" }, () => {
  let temporary: string;
  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), "demo-test-"));
  });
  after(() => rm(temporary, { recursive: true, maxRetries: 3 }));

  const run = (command: string, ...args: string[]): ChildProcess =>
    spawn(command, args, { cwd: root, env: { ...process.env, TMPDIR: temporary }, stdio: ["ignore", "pipe", "pipe"] });

  const ends = [
    { policy: "after SIGTERM to npm", start: () => run("npm", "start"), signal: "SIGTERM" },
    { policy: "after SIGINT to npm", start: () => run("npm", "start"), signal: "SIGINT" },
    {
      policy: "after SIGTERM to its own process",
      start: () => run(process.execPath, "test/demo/start.ts"),
      signal: "SIGTERM",
    },
    { policy: "when the npm that runs it is killed", start: () => run("npm", "start"), signal: "SIGKILL" },
  ] as const;
  for (const { policy, start, signal } of ends) {
    it(`leaves no process and no folder ${policy}`, async () => {
      const demo = start();
      const endpoint = await readyAt(demo);
      const apps = await untilSome(() => processesWith(`AWS_ENDPOINT_URL=${endpoint}`));
      demo.kill(signal);
      await once(demo, "exit");
      await untilNone(() => livingOf(apps.map(({ pid }) => pid)));
      await untilNone(() => processesWith(`AWS_ENDPOINT_URL=${endpoint}`));
      // npm and Node keep a cache of compiled code there, which is not the demo's.
      await untilNone(async () => (await readdir(temporary)).filter((name) => name !== "node-compile-cache"));
    });
  }
});

/** The endpoint of its Studio, once it has one. */
async function readyAt({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout);
  for await (const line of createInterface(stdout)) {
    const [, endpoint] = /^Ready at (http:\S+?)\. /.exec(line) ?? [];
    if (endpoint !== undefined) {
      stdout.resume();
      return endpoint;
    }
  }
  throw new Error("The demo ended before it was ready.");
}

async function untilSome<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look();
    if (found.length > 0) return found;
    await sleep(100);
  }
  throw new Error("none came");
}

async function untilNone(look: () => Promise<readonly unknown[]>): Promise<void> {
  for (let tries = 0; tries < 600 && (await look()).length > 0; tries++) await sleep(100);
  assert.deepEqual(await look(), []);
}

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { Account } from "../account/account.ts";
import { livingOf, processesWith } from "./living.ts";

const Ready = v.strictObject({ endpoint: v.string(), domainId: v.string(), userProfileName: v.string() });
type Ready = v.InferOutput<typeof Ready>;

const main = join(import.meta.dirname, "main.ts");
const needsProc = { skip: platform() !== "linux" && "needs /proc" };

let temporary: string;

// A Studio that is killed outright cannot remove its folders.
before(async () => {
  temporary = await mkdtemp(join(tmpdir(), "main-test-"));
});
after(() => rm(temporary, { recursive: true, maxRetries: 3 }));

function run(...args: string[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: temporary },
  });
}

/** What the command prints when it is ready; the rest of its output has to be on stderr. */
async function ready(studio: ChildProcess): Promise<Ready> {
  assert.ok(studio.stdout);
  for await (const line of createInterface(studio.stdout)) {
    if (line.startsWith("{")) return v.parse(Ready, JSON.parse(line));
  }
  throw new Error("The Studio ended before it was ready.");
}

async function withApps(ready: Ready): Promise<number[]> {
  const account = new Account({ ...ready, region: "us-east-1" });
  await account.createSpace("running");
  await account.launchApp("running");
  await account.createSpace("starting");
  await account.createApp("starting");
  const processes = await processesWith(`AWS_ENDPOINT_URL=${ready.endpoint}`);
  assert.ok(processes.some(({ command }) => command.includes("jupyter")));
  return processes.map(({ pid }) => pid);
}

async function noneLeft(pids: readonly number[], { endpoint }: Ready): Promise<void> {
  const left = async (): Promise<number[]> => [
    ...(await livingOf(pids)),
    ...(await processesWith(`AWS_ENDPOINT_URL=${endpoint}`)).map(({ pid }) => pid),
  ];
  for (let tries = 0; tries < 600 && (await left()).length > 0; tries += 1) await sleep(100);
  assert.deepEqual(await left(), []);
}

describe("npm run studio", () => {
  for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
    it(
      `leaves nothing behind after ${signal}${signal === "SIGKILL" ? " but its folders" : ""}`,
      needsProc,
      async () => {
        const studio = run();
        const account = await ready(studio);
        const pids = await withApps(account);
        studio.kill(signal);
        await once(studio, "exit");
        await noneLeft(pids, account);
        if (signal === "SIGKILL") return;
        assert.equal(studio.exitCode, 0);
        assert.deepEqual(await readdir(temporary), []);
      },
    );
  }

  it("ends when the npm that runs it is killed", needsProc, async () => {
    const npm = spawn("npm", ["run", "studio"], {
      stdio: ["ignore", "pipe", "ignore"],
      cwd: join(import.meta.dirname, "../.."),
    });
    const account = await ready(npm);
    const pids = await withApps(account);
    npm.kill("SIGKILL");
    npm.stdout.destroy();
    await noneLeft(pids, account);
    await assert.rejects(fetch(account.endpoint));
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Account } from "../../account/account.ts";
import { heartbeatText } from "../../account/heartbeat.ts";
import { type EmbeddedStudio, startStudio } from "../../studio/index.ts";

const command = fileURLToPath(new URL("../../../lib/admin/why.ts", import.meta.url));

describe("npm run why", () => {
  let studio: EmbeddedStudio;
  before(async () => {
    studio = await startStudio({ instances: "none" });
    const createdAt = Date.now() - 86_400_000;
    studio.seed.apps(["train-1", "notes"].map((spaceName) => ({ spaceName, createdAt })));
    const account = new Account(studio);
    await account.putPolicy({
      version: 1,
      mode: "live",
      defaults: { idleTimeInSeconds: 3600, sources: ["kernels", "terminals"] },
      rules: [{ match: { space: "train-*" }, set: { idleTimeInSeconds: 900 } }],
    });
    await account.putParameter(account.heartbeatName("train-1"), heartbeatText(1000));
    const busy = { kernels: { what: "fit.ipynb \u001b[2J(python3)", for: 600 } };
    const more = { busy, idle: { kernels: 0, terminals: null }, why: { terminals: "no processes to see in /proc" } };
    await account.putParameter(account.heartbeatName("notes"), heartbeatText(0, more));
  });
  after(() => studio.close());

  async function why(...args: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
    const env = { ...process.env, AWS_ENDPOINT_URL: studio.endpoint };
    const child = spawn(process.execPath, [command, ...args], { env });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { exitCode: child.exitCode, stdout, stderr };
  }

  it("says of a space's app its verdict, each source's idle time, and which rule gave each value", async () => {
    const { exitCode, stdout, stderr } = await why("train-1");
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.match(stdout, /\/space\/train-1\/JupyterLab\/default: InService, ml\.t3\.medium, created /);
    assert.match(stdout, /verdict +stop, idle: /);
    assert.match(stdout, /its user +user profile \S+\n +was told nothing/);
    assert.match(stdout, /kernels +idle for 16 min 40 s, since /);
    assert.match(stdout, /editor +does not apply \(not counted by the policy\)/);
    assert.match(stdout, /policy +version 2, mode live; rule 1 matches/);
    assert.match(stdout, /idleTimeInSeconds +15 min \(rule 1\)/);
    assert.match(stdout, /hungAfter +1 d \(defaults\)/);
    assert.doesNotMatch(stdout, /notes/);
  });

  it("says of all apps of a user profile what is at work, and what is not known and why, as text only", async () => {
    const { exitCode, stdout } = await why(studio.userProfileName);
    assert.equal(exitCode, 0);
    assert.match(stdout, /space\/train-1/);
    assert.match(stdout, /space\/notes/);
    assert.match(stdout, /verdict +keep, unknown-activity: /);
    assert.match(stdout, /kernels +at work for 10 min: fit\.ipynb \[2J\(python3\)/);
    assert.match(stdout, /terminals +unknown: no processes to see in \/proc/);
    assert.doesNotMatch(stdout, /\u001b/);
  });

  it("says what an app's user was told, and when and why one that runs no longer was stopped", async () => {
    const account = new Account(studio);
    const notice = {
      v: 1,
      id: "a1",
      kind: "warned",
      why: "idle for 50 min",
      writtenAt: 1795660000,
      stopAt: 1795660600,
    };
    await account.putParameter(`/studio-reaper/notices/${account.appKey("train-1")}`, JSON.stringify(notice));
    await account.putParameter(
      account.heartbeatName("train-1"),
      heartbeatText(1000, { notice: { id: "a1", for: 90 } }),
    );
    const stopped = JSON.stringify({ ...notice, id: "a2", kind: "stopped" });
    await account.putParameter(`/studio-reaper/notices/${account.appKey("gone")}`, stopped);
    const { stdout } = await why("train-1");
    assert.match(stdout, /was told of a stop 2026-11-26 02:36 UTC: idle for 50 min/);
    assert.match(stdout, /has had this word before them for 90 s at the last heartbeat/);
    const gone = await why("gone");
    assert.equal(gone.exitCode, 0);
    assert.match(gone.stdout, /space\/gone\/.*: does not run; was stopped 2026-11-26 02:36 UTC: idle for 50 min\n$/);
  });

  it("names the last of several stops first", async () => {
    const account = new Account(studio);
    const notice = { v: 1, id: "a3", kind: "stopped", why: "idle for 2 h", writtenAt: 1795660000 };
    for (const [name, stopAt] of [
      ["first", 1795660600],
      ["last", 1795670600],
    ] as const)
      await account.putParameter(
        `/studio-reaper/notices/${account.appKey("twice").replace(/[^/]*$/, name)}`,
        JSON.stringify({ ...notice, stopAt }),
      );
    assert.match((await why("twice")).stdout, /JupyterLab\/last: .*\n.*JupyterLab\/first: /);
  });

  it("reads the owners of spaces once, also where rules match by user", async () => {
    const account = new Account(studio);
    await account.putPolicy({
      version: 1,
      mode: "live",
      rules: [{ match: { user: studio.userProfileName }, set: { idleTimeInSeconds: 900 } }],
    });
    const before = studio.calls.length;
    const { stdout } = await why("train-1");
    assert.match(stdout, /idleTimeInSeconds +15 min \(rule 1\)/);
    const reads = studio.calls.slice(before).filter(({ operation }) => operation === "ListSpaces");
    assert.equal(reads.length, 1);
  });

  it("says by which mode, within which hours and by which rule an app is judged, in words", async () => {
    const hours = { timeZone: "UTC", days: ["sun"], from: "00:00", to: "00:01", idleTimeInSeconds: "never" };
    const rules = [
      { name: "nights", match: { space: "train-*" }, set: { mode: "dry-run", hours } },
      { match: { space: "notes" }, set: { hours: "none", idleTimeInSeconds: "never" } },
    ];
    await new Account(studio).putPolicy({ version: 1, mode: "live", rules });
    const night = (await why("train-1")).stdout;
    assert.match(night, /version \d+, mode dry-run; nights matches/);
    assert.match(night, /hours +sun 00:00 to 00:01 UTC, outside them never \(nights\)/);
    const { stdout } = await why("notes");
    assert.match(stdout, /idleTimeInSeconds +never \(rule 2\)/);
    assert.match(stdout, /hours +none \(rule 2\)/);
  });

  it("changes nothing", async () => {
    const before = studio.calls.length;
    await why("train-1");
    const writes = studio.calls.slice(before).filter(({ operation }) => /^(Put|Delete|Update|Create)/.test(operation));
    assert.deepEqual(writes, []);
  });

  it("says so where nothing runs under that name, with exit code 1", async () => {
    assert.deepEqual(await why("nobody"), {
      exitCode: 1,
      stdout: "",
      stderr: 'No app runs that belongs to a space or a user profile named "nobody".\n',
    });
  });

  it("says in one line what cannot be read, with exit code 1", async () => {
    studio.faults.add({ operation: "ListApps", error: { code: "AccessDeniedException", status: 400 } });
    const { exitCode, stdout, stderr } = await why("notes");
    assert.deepEqual([exitCode, stdout, stderr.split("\n").length], [1, "", 2]);
    assert.match(stderr, /^AccessDeniedException/);
  });

  it("wants a name", async () => {
    const { exitCode, stderr } = await why();
    assert.deepEqual([exitCode, stderr], [2, "NAME is missing: the name of a space or of a user profile.\n"]);
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Account } from "../../account/account.ts";
import { heartbeatText } from "../../account/heartbeat.ts";
import { type EmbeddedStudio, startStudio } from "../../studio/index.ts";

const command = fileURLToPath(new URL("../../../lib/admin/policy-check.ts", import.meta.url));
const shipped = fileURLToPath(new URL("../../../policy.yml", import.meta.url));
const ENDPOINT_OF_NOBODY = "http://127.0.0.1:9";

describe("npm run policy -- check", () => {
  let folder: string;
  let studio: EmbeddedStudio;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "policy-check-"));
    studio = await startStudio({ instances: "none" });
    const createdAt = Date.now() - 86_400_000;
    studio.seed.apps(["train-1", "notes"].map((spaceName) => ({ spaceName, createdAt })));
    const account = new Account(studio);
    await account.putPolicy({ version: 1, mode: "live" });
    await account.putParameter(account.heartbeatName("train-1"), heartbeatText(1000));
    await account.putParameter(account.heartbeatName("notes"), heartbeatText(1000));
  });
  after(async () => {
    await studio.close();
    await rm(folder, { recursive: true });
  });

  async function run(endpoint: string, ...args: readonly string[]) {
    const env = { ...process.env, AWS_ENDPOINT_URL: endpoint };
    const child = spawn(process.execPath, [command, ...args], { env });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { exitCode: child.exitCode, stdout, stderr };
  }
  async function check(policy: string, ...options: readonly string[]) {
    const file = join(folder, "policy.yml");
    await writeFile(file, policy);
    return run(studio.endpoint, "check", file, ...options);
  }
  const rules = "rules: [{name: training, match: {space: 'train-*'}, set: {idleTimeInSeconds: 900}}";

  it("says what would hold for the apps that run now, by rule, and which rules never hold", async () => {
    const policy = `version: 1\nmode: live\n${rules}, {match: {space: train-1}, set: {exempt: true}}]`;
    const { exitCode, stdout, stderr } = await check(policy);
    assert.equal(exitCode, 0, stderr);
    const lines = stdout.split("\n");
    assert.match(lines[0] ?? "", /policy\.yml is valid$/);
    assert.equal(lines[1], "  rule 2 never holds: training comes first, and matches the same apps");
    assert.equal(lines[2], "It would hold for 2 apps now:");
    assert.equal(lines[3], "  training: 1 app");
    assert.match(
      lines[4] ?? "",
      /^ {4}d-.*\/train-1\/JupyterLab\/default: stop, idle: \w+ idle for 16 min 40 s of 15 min$/,
    );
    assert.equal(lines[5], "  rule 2: no apps");
    assert.equal(lines[6], "  defaults: 1 app");
    assert.match(lines[7] ?? "", /\/notes\/.*: keep, recently-active: /);
  });

  it("judges by the file, and changes nothing in the account", async () => {
    const before = studio.calls.length;
    const { stdout } = await check("version: 1\nmode: dry-run\ndefaults: {idleTimeInSeconds: 60}");
    assert.equal(stdout.match(/: would stop, idle/g)?.length, 2);
    const operations = studio.calls.slice(before).map(({ operation }) => operation);
    assert.deepEqual(
      operations.filter((name) => !/^(Get|List|Describe)/.test(name)),
      [],
    );
  });

  it("names every mistake, and exits with 1", async () => {
    const wrong = await check("version: 1\nmode: on\ndefaults: {idleTime: 5}");
    assert.equal(wrong.exitCode, 1);
    assert.match(wrong.stdout, /mode: expected live or dry-run, got "on"\n {2}defaults\.idleTime: no such field/);
    const unmatched = await check(
      "version: 1\nmode: live\nrules: [{match: {appType: Jupyterlab}, set: {exempt: true}}]",
    );
    assert.equal(unmatched.exitCode, 1);
    assert.match(unmatched.stdout, /rules\[0\]\.match\.appType: there is no app type "Jupyterlab"; is it JupyterLab\?/);
  });

  it("checks the file alone offline, and says so where the account cannot be read", async () => {
    const offline = await run(ENDPOINT_OF_NOBODY, "check", shipped, "--offline");
    assert.deepEqual([offline.exitCode, offline.stdout], [0, `${shipped} is valid\n`]);
    studio.faults.add({ operation: "ListApps", error: { code: "AccessDeniedException", status: 400 } });
    const refused = await run(studio.endpoint, "check", shipped);
    studio.faults.clear();
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /^The account cannot be read \(--offline checks the file alone\): AccessDenied/);
  });

  it("names what it accepts where it is called wrongly", async () => {
    assert.match((await run(ENDPOINT_OF_NOBODY, "--help")).stdout, /npm run policy -- check \[FILE\]/);
    for (const [args, message] of [
      [[], /^expected the word check/],
      [["check", "nowhere.yml"], /^FILE: nowhere\.yml cannot be read/],
      [["check", "--online"], /^Unknown option '--online'/],
    ] as const) {
      const { exitCode, stderr } = await run(ENDPOINT_OF_NOBODY, ...args);
      assert.equal(exitCode, 2);
      assert.match(stderr, message);
    }
  });
});

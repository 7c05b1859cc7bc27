import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { suite } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { stripPython } from "../../lcc/strip-python.ts";
import { type Started, makeApp, processesOf } from "./app.ts";
import { standInParameterStore, until } from "./stand-ins.ts";

const run = promisify(execFile);

/** A start that an app survives: back soon, its pipes closed, exit code 0. */
function assertHarmless({ exitCode, seconds }: Started): void {
  assert.equal(exitCode, 0);
  assert.ok(seconds < 5, `back after ${seconds} s`);
}

suite("on-start.sh", () => {
  test("is back at once and leaves one supervised agent behind, which a second start does not double", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ AWS_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    assertHarmless(await app.start());
    await until(() => store.heard.length > 0, "the first heartbeat");
    const first = await app.agents();
    assert.equal(first.length, 1);
    assertHarmless(await app.start());
    await until(async () => (await app.log()).includes("another agent is at work"), "a line about the other agent");
    assert.deepEqual(await app.agents(), first);
    await until(async () => (await processesOf(app.folder)).length === 2, "the end of the second supervisor");
  });

  test("has a killed agent started again, with what it knew", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ AWS_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    await app.start();
    await until(() => store.heard.length > 0, "the first heartbeat");
    await until(async () => stat(app.env["STATE_FILE"] ?? "").catch(() => undefined), "the memory");
    await sleep(1500);
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      const [pid] = await app.agents();
      assert.ok(pid !== undefined);
      const heard = store.heard.length;
      process.kill(pid, signal);
      const next = await until(() => store.heard[heard], `a heartbeat after ${signal}`);
      assert.ok(next.word.up >= 2, `up for ${next.word.up} s, its former life included`);
      assert.notDeepEqual(await app.agents(), [pid]);
    }
  });

  for (const [trouble, text] of [
    ["empty", ""],
    ["broken", "{"],
    ["of something else", '{"owner": "me"}'],
  ] as const) {
    test(`starts afresh, and says so, where the state file is ${trouble}`, async () => {
      await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
      await using app = await makeApp({ AWS_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
      await mkdir(join(app.folder, "state"));
      await writeFile(app.env["STATE_FILE"] ?? "", text);
      await app.start();
      await until(() => store.heard.length > 0, "a heartbeat");
      assert.match(await app.log(), /memory is lost/);
    });
  }

  test("lets the app start where there is no Python, and says what it looked for", async () => {
    await using app = await makeApp();
    const bin = join(app.folder, "bin");
    await mkdir(bin);
    for (const tool of ["date", "mkdir", "dirname"])
      await symlink((await run("which", [tool])).stdout.trim(), join(bin, tool));
    assertHarmless(await app.start({ PATH: bin, PYTHON_EXECUTABLE: "/no/python" }));
    assert.match(await app.log(), /no agent here: neither \/no\/python nor python3 is there/);
  });

  test("goes on with python3 where PYTHON_EXECUTABLE is not there", async () => {
    await using app = await makeApp();
    assertHarmless(await app.start({ PYTHON_EXECUTABLE: "/no/python" }));
    await until(async () => (await app.agents()).length === 1, "an agent");
    assert.match(await app.log(), /supervised, run by .*python3/);
  });

  test("ends, and says so, where the app has no metadata", async () => {
    await using app = await makeApp({ METADATA_FILE: "/no/metadata.json" });
    assertHarmless(await app.start());
    await until(async () => (await app.log()).includes("/no/metadata.json"), "a line about the metadata");
    await until(async () => (await processesOf(app.folder)).length === 0, "the end of the supervisor");
  });

  test("says on standard error what it cannot log, and that it cannot unpack", async () => {
    await using app = await makeApp();
    await writeFile(join(app.folder, "file"), "");
    const started = await app.start({
      LOG_FILE: join(app.folder, "file", "app.log"),
      PYTHON_SCRIPT_FILE: join(app.folder, "file", "agent.py"),
    });
    assertHarmless(started);
    assert.match(started.stderr, /studio-reaper agent: no agent here: .*\/file\/agent\.py/);
  });

  test("reports without a memory where the state cannot be written, and still has one agent only", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ AWS_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    await writeFile(join(app.folder, "file"), "");
    const state = { STATE_FILE: join(app.folder, "file", "state.st") };
    assertHarmless(await app.start(state));
    await until(() => store.heard.length > 0, "a heartbeat");
    await until(async () => (await app.log()).includes("memory cannot be kept"), "a line about the memory");
    assertHarmless(await app.start(state));
    await until(async () => (await app.log()).includes("another agent is at work"), "a line about the other agent");
    assert.equal((await app.agents()).length, 1);
  });

  test("needs neither HOME nor credentials to be harmless, and says that it has none", async () => {
    await using app = await makeApp();
    const bare = Object.entries(app.env).filter(
      ([name]) => !["HOME", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].includes(name),
    );
    const env = {
      ...Object.fromEntries(bare),
      AWS_CONFIG_FILE: "/no/config",
      AWS_SHARED_CREDENTIALS_FILE: "/no/credentials",
    };
    const { stderr } = await run("/bin/bash", ["-u", join(app.folder, "on-start.sh")], { env });
    assert.equal(stderr, "");
    await until(
      async () => (await app.log()).includes("cannot be written, trying on: NoCredentials"),
      "a line about credentials",
    );
    assert.equal((await app.log()).match(/cannot be written/g)?.length, 1);
  });

  test("unpacks what the build packed", async () => {
    await using app = await makeApp();
    await app.start();
    const source = await readFile(new URL("../../lcc/agent/__main__.py", import.meta.url), "utf8");
    assert.equal(await readFile(app.env["PYTHON_SCRIPT_FILE"] ?? "", "utf8"), stripPython(source));
  });

  test("runs for an ordinary user", { skip: process.getuid?.() !== 0 }, async () => {
    await using app = await makeApp();
    for (const folder of [app.folder, join(app.folder, "log"), join(app.folder, "own")]) {
      await mkdir(folder, { recursive: true });
      await chmod(folder, folder === app.folder ? 0o755 : 0o777);
    }
    const own = {
      LOG_FILE: join(app.folder, "log", "app.log"),
      STATE_FILE: join(app.folder, "own", "state.st"),
      PYTHON_SCRIPT_FILE: join(app.folder, "own", "agent.py"),
    };
    await run("/bin/bash", [join(app.folder, "on-start.sh")], {
      env: { ...app.env, ...own, PYTHON_EXECUTABLE: "/usr/bin/python3" },
      uid: 65534,
      gid: 65534,
    });
    await until(async () => (await app.log()).includes("version"), "the agent's first line");
  });
});

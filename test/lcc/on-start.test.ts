import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import test, { suite } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { buildAgent } from "../../lcc/build.ts";
import { zipAgent } from "../../lcc/pack.ts";
import { type Started, makeApp, processesOf } from "./app.ts";
import { devTools, studioPython } from "../studio/python.ts";
import { type Account, standInParameterStore, until } from "./stand-ins.ts";

const run = promisify(execFile);
const { pieces } = await buildAgent();

/** A start that an app survives: back soon, its pipes closed, exit code 0. */
function assertHarmless({ exitCode, seconds }: Started): void {
  assert.equal(exitCode, 0);
  assert.ok(seconds < 5, `back after ${seconds} s`);
}

suite("on-start.sh", () => {
  test("is back at once and leaves one supervised agent behind, which a second start does not double", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    assertHarmless(await app.start());
    await until(() => store.heard.length > 0, "the first heartbeat");
    const first = await app.agents();
    assert.equal(first.length, 1);
    assertHarmless(await app.start());
    await until(async () => (await app.log()).includes("another agent is at work"), "a line about the other agent");
    await until(async () => (await processesOf(app.folder)).length === 2, "the end of the second supervisor");
    assert.deepEqual(await app.agents(), first);
  });

  test("has a killed agent started again, with what it knew", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
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
      await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
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
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    const PATH = `${dirname(await studioPython())}${delimiter}${app.env["PATH"] ?? ""}`;
    assertHarmless(await app.start({ PYTHON_EXECUTABLE: "/no/python", PATH }));
    await until(async () => (await app.agents()).length === 1, "an agent");
  });

  test("says that the app has no metadata, and runs nothing", async () => {
    await using app = await makeApp({ METADATA_FILE: "/no/metadata.json" });
    assertHarmless(await app.start());
    await until(async () => (await app.log()).includes("/no/metadata.json"), "a line about the metadata");
    assert.deepEqual(await app.agents(), []);
  });

  test("lets the app start where nothing can be written", async () => {
    await using app = await makeApp();
    await writeFile(join(app.folder, "file"), "");
    const below = join(app.folder, "file", "folder");
    assertHarmless(await app.start({ LOG_FILE: join(below, "app.log"), AGENT_FOLDER: below }));
  });

  test("says that the agent cannot be kept where its folder cannot be written", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    await writeFile(join(app.folder, "file"), "");
    assertHarmless(await app.start({ AGENT_FOLDER: join(app.folder, "file", "folder") }));
    await until(async () => /cannot be fetched, trying on: .*file\/folder/.test(await app.log()), "a line");
  });

  test("reports without a memory where the state cannot be written, and still has one agent only", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    await writeFile(join(app.folder, "file"), "");
    const state = { STATE_FILE: join(app.folder, "file", "state.json") };
    assertHarmless(await app.start(state));
    await until(() => store.heard.length > 0, "a heartbeat");
    await until(async () => (await app.log()).includes("memory cannot be kept"), "a line about the memory");
    assertHarmless(await app.start(state));
    await until(async () => (await app.log()).includes("another agent is at work"), "a line about the other agent");
    await until(async () => (await processesOf(app.folder)).length === 2, "the end of the second supervisor");
    assert.equal((await app.agents()).length, 1);
  });

  test("needs neither HOME nor credentials to be harmless, and says that it has none", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    const without = ["HOME", "SSM_ACCESS_KEY_ID", "SSM_SECRET_ACCESS_KEY"];
    const env = Object.fromEntries(Object.entries(app.env).filter(([name]) => !without.includes(name)));
    const { stderr } = await run("/bin/bash", ["-u", join(app.folder, "on-start.sh")], { env });
    assert.equal(stderr, "");
    await until(async () => (await app.log()).includes("trying on: botocore.exceptions.NoCredentials"), "a line");
  });

  test("writes the archive that the build packed, unpacked, into the agent's folder", async () => {
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    await app.start();
    await until(() => store.heard.length > 0, "a heartbeat");
    const { sha256 } = await buildAgent();
    const archive = await readFile(join(app.folder, "agent", `agent-${sha256.slice(0, 16)}.zip`));
    assert.ok(archive.equals(await zipAgent(join(import.meta.dirname, "../../lcc/agent"))));
  });

  test("runs for an ordinary user", { skip: process.getuid?.() !== 0 }, async () => {
    await using app = await makeApp();
    const own = join(app.folder, "own");
    await mkdir(own);
    await chmod(app.folder, 0o755);
    await chmod(own, 0o777);
    const PATH = `${await standInCli(app.folder)}${delimiter}/usr/bin:/bin`;
    const files = { LOG_FILE: join(own, "app.log"), STATE_FILE: join(own, "state.json"), AGENT_FOLDER: own };
    await run("/bin/bash", [join(app.folder, "on-start.sh")], {
      env: { ...app.env, ...files, PATH, PYTHON_EXECUTABLE: "/usr/bin/python3" },
      uid: 65534,
      gid: 65534,
    });
    const log = () => readFile(files.LOG_FILE, "utf8").catch(() => "");
    await until(async () => (await log()).includes("version"), "the agent's first line");
  });
});

suite("an app whose agent cannot be fetched", { concurrency: true }, () => {
  const refusals: Record<string, Partial<Account>> = {
    "Parameter Store throttles": { refuse: () => "ThrottlingException" },
    "nobody has put the agent there": { pieces: [] },
    "a piece is missing": { pieces: pieces.slice(1) },
    "a piece is too many": { pieces: [...pieces, { name: "99", value: "QQ==" }] },
    "the pieces are of another agent": { pieces: pieces.map(({ name }) => ({ name, value: "QUFB" })) },
  };
  for (const [trouble, refusal] of Object.entries(refusals)) {
    test(`runs nothing and says so once while ${trouble}, and gets its agent once that is over`, async () => {
      const willing: Account = { instructions: undefined, refuse: () => undefined };
      const account = { ...willing, ...refusal };
      let calls = 0;
      const refuse = account.refuse;
      account.refuse = (call) => {
        if (call === "GetParametersByPath") calls++;
        return refuse(call);
      };
      await using store = await standInParameterStore(account);
      await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
      assertHarmless(await app.start());
      await until(() => calls >= 3, "three tries", 60);
      assert.deepEqual([await app.agents(), store.heard], [[], []]);
      assert.equal((await app.log()).match(/the agent cannot be fetched, trying on/g)?.length, 1, await app.log());
      Object.assign(account, { pieces: undefined, ...willing });
      await until(() => store.heard.length > 0, "a heartbeat", 60);
    });
  }

  test("gets it from a Parameter Store that comes up later", async () => {
    const { port } = await standInParameterStore({ instructions: undefined, refuse: () => undefined }).then(
      async (standing) => {
        await standing[Symbol.asyncDispose]();
        return standing;
      },
    );
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    assertHarmless(await app.start());
    await until(async () => (await app.log()).includes("EndpointConnectionError"), "a line");
    await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined }, port);
    await until(() => store.heard.length > 0, "a heartbeat", 60);
  });

  test("says what is missing in an image with neither botocore nor the AWS CLI", async () => {
    await using app = await makeApp();
    const bare = await bareEnvironment(app.folder);
    await app.start({ PATH: "/usr/bin:/bin", PYTHON_EXECUTABLE: bare });
    await until(async () => /trying on: .*No such file or directory: 'aws'/.test(await app.log()), "a line");
  });
});

suite("what the user has configured for AWS does not reach the agent", { concurrency: true }, () => {
  const elsewhere = "[default]\naws_access_key_id = other\naws_secret_access_key = other\nregion = xx-east-1\n";
  const homes: Record<string, string> = {
    "is broken": "[default]\nregion = a\n[default]\nregion = b\n",
    "leads to another account, region and endpoint": `${elsewhere}endpoint_url = http://127.0.0.1:1\n`,
  };
  const shell = {
    AWS_PROFILE: "nobody",
    AWS_ACCESS_KEY_ID: "other",
    AWS_SECRET_ACCESS_KEY: "other",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:1",
    AWS_CONFIG_FILE: "/no/config",
  };
  for (const [state, config] of Object.entries(homes)) {
    for (const client of ["botocore", "the AWS CLI"] as const) {
      test(`where ~/.aws/config ${state} and the shell sets AWS_*, with ${client}`, async () => {
        await using store = await standInParameterStore({ instructions: undefined, refuse: () => undefined });
        await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
        await mkdir(join(app.folder, ".aws"));
        for (const file of ["config", "credentials"]) await writeFile(join(app.folder, ".aws", file), config);
        const PATH = `${(await devTools()).bin}${delimiter}${app.env["PATH"] ?? ""}`;
        const cli = client === "botocore" ? {} : { PATH, PYTHON_EXECUTABLE: await bareEnvironment(app.folder) };
        await app.start({ ...shell, ...cli });
        await until(() => store.heard.length > 0, "a heartbeat", 60);
        assert.deepEqual(
          new Set(store.callers),
          new Set(["test eu-west-1"]),
          "each call is signed with the app's own key, for its own region",
        );
      });
    }
  }
});

/** A Python without botocore. */
async function bareEnvironment(folder: string): Promise<string> {
  const bare = join(folder, "bare");
  await run(await studioPython(), ["-m", "venv", "--without-pip", bare]);
  return join(bare, "bin", "python");
}

/** A folder with an `aws` that knows the agent's pieces, and takes everything else for done. */
async function standInCli(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin);
  const Parameters = pieces.map(({ name, value }) => ({ Name: name, Value: value }));
  await writeFile(join(bin, "pieces.json"), JSON.stringify({ Parameters }));
  const script = `#!/bin/sh\n[ "$2" = get-parameters-by-path ] && exec cat '${bin}/pieces.json'\necho '{}'\n`;
  await writeFile(join(bin, "aws"), script, { mode: 0o755 });
  return bin;
}

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import type { ServerResponse } from "node:http";
import { delimiter, join } from "node:path";
import test, { suite } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { devTools, studioPython } from "../studio/python.ts";
import { makeApp } from "./app.ts";
import { type Account, stand, standInParameterStore, until } from "./stand-ins.ts";

const run = promisify(execFile);
const willing = (instructions: Record<string, unknown>): Account => ({
  instructions: JSON.stringify({ v: 1, sampleSeconds: 1, cadenceSeconds: 900, timeouts: [3600], ...instructions }),
  refuse: () => undefined,
});

type Kernel = { id: string; name: string; execution_state: string; last_activity: string; connections: number };
const kernel = (more: Partial<Kernel> = {}): Kernel => ({
  id: "k1",
  name: "python3",
  execution_state: "idle",
  last_activity: new Date().toISOString(),
  connections: 1,
  ...more,
});

/** A Jupyter server with these kernels and no terminals. */
async function standInJupyter(kernels: Kernel[]) {
  return stand((request, response) => {
    const path = request.url?.replace("?no_track_activity=1", "");
    if (path === "/jupyterlab/default/api/kernels") response.end(JSON.stringify(kernels));
    else response.writeHead(404).end("{}");
  });
}

suite("the agent in an app", () => {
  test("writes its first word at once, under the app's name, with what the contract asks", async () => {
    await using jupyter = await standInJupyter([kernel()]);
    await using store = await standInParameterStore(willing({}));
    await using app = await makeApp({
      SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}`,
      JL_PORT: String(jupyter.port),
    });
    await app.start();
    const first = await until(() => store.heard[0], "a heartbeat");
    assert.equal(first.name, "/studio-reaper/heartbeats/d-1/space/s/JupyterLab/default");
    // Where the machine has no process namespaces, the app's terminals and processes are the machine's.
    const { idle, busy, ...rest } = first.word;
    assert.deepEqual(
      { ...rest, idle: idle["kernels"], busy: busy["kernels"] },
      { v: 1, agent: "0.1.0", up: 0, sampleEvery: 60, renewIn: 1155, idle: 0, busy: undefined, connections: 1 },
    );
  });

  test("is heard at once when a timeout is crossed and when someone comes back, and otherwise silent", async () => {
    const kernels = [kernel()];
    await using jupyter = await standInJupyter(kernels);
    await using store = await standInParameterStore(willing({ timeouts: [4] }));
    await using app = await makeApp({
      SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}`,
      JL_PORT: String(jupyter.port),
    });
    await app.start();
    // Long before the cadence is over.
    await until(() => store.heard.find(({ word }) => (word.idle["kernels"] ?? 0) >= 4), "the crossing");
    kernels[0] = kernel({ execution_state: "busy" });
    const back = await until(() => store.heard.find(({ word }) => word.busy["kernels"] !== undefined), "the return");
    assert.deepEqual([back.word.idle["kernels"], back.word.busy["kernels"]?.what], [0, "kernel k1 (python3)"]);
    const heard = store.heard.length;
    await sleep(4000);
    assert.deepEqual(
      store.heard.slice(heard).filter(({ word }) => word.idle["kernels"] !== 0),
      [],
    );
  });

  test("backs off when Parameter Store throttles, and says so once, and once that it is over", async () => {
    let refusals = 0;
    const account: Account = {
      ...willing({}),
      refuse: (call) => (call === "PutParameter" && refusals++ < 7 ? "ThrottlingException" : undefined),
    };
    await using jupyter = await standInJupyter([]);
    await using store = await standInParameterStore(account);
    await using app = await makeApp({
      SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}`,
      JL_PORT: String(jupyter.port),
    });
    await app.start();
    await until(() => store.heard.length > 0, "a heartbeat after the throttling", 90);
    await until(async () => (await app.log()).includes("heartbeats are written again"), "the line that it is over");
    assert.equal((await app.log()).match(/cannot be written, trying on: ThrottlingException/g)?.length, 1);
  });

  test("does not follow wrong instructions, says so once, and follows them once they are right", async () => {
    const account = willing({ timeouts: [1, 2, 3, 4, 5, 6], cadenceSeconds: 5 });
    await using jupyter = await standInJupyter([]);
    await using store = await standInParameterStore(account);
    await using app = await makeApp({
      SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}`,
      JL_PORT: String(jupyter.port),
    });
    await app.start();
    await until(() => store.heard[1], "words");
    account.instructions = '{"v":1,"sampleSeconds":-1}';
    await until(async () => (await app.log()).includes("instructions cannot be followed"), "a line");
    const heard = store.heard.length;
    const after = await until(() => store.heard[heard + 2], "more words");
    assert.equal(after.word.sampleEvery, 1);
    assert.equal((await app.log()).match(/instructions cannot be followed/g)?.length, 1);
    account.instructions = willing({ sampleSeconds: 2, cadenceSeconds: 5 }).instructions;
    await until(() => store.heard.at(-1)?.word.sampleEvery === 2, "a word by the right ones");
  });

  test("uses the AWS CLI in an image without boto3", async () => {
    await using jupyter = await standInJupyter([kernel()]);
    await using store = await standInParameterStore(willing({ cadenceSeconds: 600 }));
    await using app = await makeApp({
      SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}`,
      JL_PORT: String(jupyter.port),
    });
    const bare = join(app.folder, "bare");
    await run(await studioPython(), ["-m", "venv", "--without-pip", bare]);
    const PATH = `${(await devTools()).bin}${delimiter}${app.env["PATH"] ?? ""}`;
    await app.start({ PATH, PYTHON_EXECUTABLE: join(bare, "bin", "python") });
    const first = await until(() => store.heard[0], "a heartbeat");
    assert.equal(first.word.idle["kernels"], 0);
    await until(async () => (await app.log()).includes("write every 600 s"), "the instructions");
  });
});

const troubles: Record<string, (response: ServerResponse) => void> = {
  hangs: () => undefined,
  "answers 500": (response) => {
    response.writeHead(500).end("[]");
  },
  "answers with a page": (response) => {
    response.end("<html></html>");
  },
  "never stops answering": (response) => {
    response.write(`[${" ".repeat(5 << 20)}`);
  },
};

suite("the agent says that it knows nothing of the kernels", { concurrency: true }, () => {
  for (const [trouble, answer] of Object.entries(troubles)) {
    test(`where the server ${trouble}`, async () => {
      await using jupyter = await stand((_, response) => {
        answer(response);
      });
      await using store = await standInParameterStore(willing({ cadenceSeconds: 5 }));
      await using app = await makeApp({
        SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}`,
        JL_PORT: String(jupyter.port),
      });
      await app.start();
      const second = await until(() => store.heard[1], "two heartbeats", 60);
      assert.deepEqual(
        [second.word.idle["kernels"], second.word.connections, second.word.busy["kernels"]],
        [null, null, undefined],
      );
      assert.notEqual(second.word.idle["terminals"], null);
      assert.equal((await app.log()).match(/kernels cannot be read/g)?.length, 1, await app.log());
    });
  }
});

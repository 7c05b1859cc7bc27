import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { join } from "node:path";
import test, { suite } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { studioPython } from "../studio/python.ts";
import { type App, makeApp, processesOf } from "./app.ts";
import { stand, standInParameterStore, until } from "./stand-ins.ts";

const instructions = JSON.stringify({ v: 1, sampleSeconds: 1, cadenceSeconds: 5, timeouts: [3600] });
const status = v.object({ last_activity: v.string() });
const kernels = v.array(v.object({ id: v.string(), execution_state: v.string() }));

/** A real Jupyter server of an app. */
async function startJupyter({ folder, enter }: App): Promise<
  AsyncDisposable & {
    port: number;
    ask: (path: string, body?: object) => Promise<unknown>;
    run: (kernel: string, code: string) => Promise<void>;
    askForUsage: (kernel: string) => Promise<void>;
  }
> {
  const port = await freePort();
  const settings = {
    ip: "0.0.0.0",
    port: String(port),
    port_retries: "0",
    base_url: "/jupyterlab/default",
    root_dir: folder,
    token: "",
    password: "",
    allow_root: "True",
    disable_check_xsrf: "True",
    open_browser: "False",
  };
  const python = await studioPython();
  const [file, ...words] = [...enter, python, "-m", "jupyter_server"];
  const server = spawn(
    file,
    [...words, ...Object.entries(settings).map(([name, value]) => `--ServerApp.${name}=${value}`)],
    {
      env: { PATH: process.env["PATH"], HOME: folder, JUPYTER_RUNTIME_DIR: folder },
      stdio: "ignore",
    },
  );
  const base = `http://127.0.0.1:${port}/jupyterlab/default`;
  const channelsOf = (kernel: string): string => `${base.replace("http", "ws")}/api/kernels/${kernel}/channels`;
  const ask = async (path: string, body?: object): Promise<unknown> =>
    (await fetch(`${base}/api/${path}`, body && { method: "POST", body: JSON.stringify(body) })).json();
  await until(
    async () =>
      fetch(`${base}/api/status`).then(
        () => true,
        () => false,
      ),
    "the Jupyter server",
    60,
  );
  return {
    port,
    ask,
    run: async (kernel, code) => {
      const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
      await send(channelsOf(kernel), "shell", "execute_request", content);
    },
    askForUsage: async (kernel) => send(channelsOf(kernel), "control", "usage_request", {}),
    [Symbol.asyncDispose]: async () => end(server),
  };
}

async function freePort(): Promise<number> {
  await using standing = await stand(() => undefined);
  return standing.port;
}

/** Sends a kernel a message and leaves, as a browser does that is closed. */
async function send(url: string, channel: string, type: string, content: object): Promise<void> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  const header = {
    msg_id: randomUUID(),
    session: randomUUID(),
    username: "test",
    version: "5.3",
    date: new Date().toISOString(),
    msg_type: type,
  };
  socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel, buffers: [] }));
  await sleep(1000);
  socket.close();
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  server.kill("SIGTERM");
  await once(server, "exit");
}

suite("the agent beside a real Jupyter server", () => {
  test("is no activity itself, sees a silent cell as work and a killed one no longer", async () => {
    await using store = await standInParameterStore({ instructions, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    await using jupyter = await startJupyter(app);
    const lastActivity = async (): Promise<string> =>
      v.parse(status, await jupyter.ask("status?no_track_activity=1")).last_activity;
    const before = await lastActivity();
    await app.start({ JL_PORT: String(jupyter.port) });
    const quiet = await until(() => store.heard.find(({ word }) => (word.idle["kernels"] ?? 0) > 3), "an idle word");
    assert.equal(quiet.word.connections, 0);
    assert.equal(await lastActivity(), before);

    const { id } = v.parse(v.object({ id: v.string() }), await jupyter.ask("kernels", { name: "python3" }));
    const started = join(app.folder, "started");
    await jupyter.run(id, `open(${JSON.stringify(started)}, "w").close(); import time; time.sleep(3600)`);
    // Killed any earlier, the kernel's successor would be handed the cell, and run it.
    await until(
      () =>
        access(started).then(
          () => true,
          () => false,
        ),
      "the cell's start",
    );
    const busy = await until(
      () => store.heard.find(({ word }) => (word.busy["kernels"]?.for ?? 0) >= 3),
      "a busy word",
    );
    assert.equal(busy.word.idle["kernels"], 0);

    for (const { pid, args } of await processesOf(id)) if (args.includes("ipykernel")) process.kill(pid, "SIGKILL");
    const heard = store.heard.length;
    await until(
      () =>
        store.heard
          .slice(heard)
          .find(({ word }) => word.busy["kernels"] === undefined && (word.idle["kernels"] ?? 0) > 3),
      "an idle word after the kill",
    );
    assert.equal(
      v.parse(kernels, await jupyter.ask("kernels?no_track_activity=1")).length,
      1,
      "the kernel is there again",
    );
  });

  test("takes a tab's own questions for nobody and a cell that awaits for work, whatever its server says", async () => {
    await using store = await standInParameterStore({ instructions, refuse: () => undefined });
    await using app = await makeApp({ SSM_ENDPOINT_URL: `http://127.0.0.1:${store.port}` });
    await using jupyter = await startJupyter(app);
    const { id } = v.parse(v.object({ id: v.string() }), await jupyter.ask("kernels", { name: "python3" }));
    await app.start({ JL_PORT: String(jupyter.port) });
    const askUntil = async (seen: (word: (typeof store.heard)[number]["word"]) => boolean): Promise<void> => {
      const heard = store.heard.length;
      for (let asked = 0; !store.heard.slice(heard).some(({ word }) => seen(word)); asked++) {
        assert.ok(asked < 40, JSON.stringify(store.heard.map(({ word }) => word)));
        await jupyter.askForUsage(id);
      }
    };
    await askUntil(({ idle, busy }) => (idle["kernels"] ?? 0) > 5 && busy["kernels"] === undefined);
    await jupyter.run(id, "import asyncio; await asyncio.sleep(3600)");
    await askUntil(({ busy }) => (busy["kernels"]?.for ?? 0) > 5);
    const [{ execution_state }] = v.parse(
      v.tuple([v.looseObject({ execution_state: v.string() })]),
      await jupyter.ask("kernels"),
    );
    assert.equal(execution_state, "idle", "the server no longer errs: the test shows nothing");
  });
});

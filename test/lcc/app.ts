import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildOnStart } from "../../lcc/build.ts";
import { studioPython } from "../studio/python.ts";
import { makeNamespace } from "./namespace.ts";
import { until } from "./stand-ins.ts";

const run = promisify(execFile);

export type Started = { exitCode: number | null; seconds: number; stderr: string };
export type App = AsyncDisposable & {
  folder: string;
  env: Record<string, string>;
  /** Runs another command in the app's process namespace. */
  enter: readonly string[];
  /** Runs on-start.sh as an app's start does, its output into pipes, and waits until these are closed. */
  start: (env?: Record<string, string>) => Promise<Started>;
  log: () => Promise<string>;
  agents: () => Promise<number[]>;
};

/** A place that looks to on-start.sh like an app, without a Jupyter server. A space in each path. */
export async function makeApp(env: Record<string, string> = {}): Promise<App> {
  const namespace = await makeNamespace();
  const folder = await mkdtemp(join(tmpdir(), "an app "));
  const script = join(folder, "on-start.sh");
  await writeFile(script, await buildOnStart());
  await writeFile(
    join(folder, "metadata.json"),
    JSON.stringify({ AppType: "JupyterLab", DomainId: "d-1", SpaceName: "s", ResourceName: "default" }),
  );
  const settings = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: folder,
    PYTHON_EXECUTABLE: await studioPython(),
    AGENT_FOLDER: join(folder, "agent"),
    AGENT_COMMAND_FOLDER: join(folder, "agent"),
    AGENT_JUPYTER_FOLDER: join(folder, "jupyter"),
    LOG_FILE: join(folder, "log", "app.log"),
    STATE_FILE: join(folder, "state", "state.json"),
    METADATA_FILE: join(folder, "metadata.json"),
    JL_HOSTNAME: "127.0.0.1",
    JL_PORT: "1",
    SSM_ACCESS_KEY_ID: "test",
    SSM_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "eu-west-1",
    ...env,
  };
  return {
    folder,
    env: settings,
    enter: namespace.enter,
    start: async (more = {}) => runScript([...namespace.enter, "/bin/bash", "-u", script], { ...settings, ...more }),
    log: async () => readFile(settings.LOG_FILE, "utf8").catch(() => ""),
    agents: async () => (await processesOf(folder)).filter(isAgent).map(({ pid }) => pid),
    [Symbol.asyncDispose]: async () => {
      await endAll(folder);
      await namespace[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Processes that have a folder in their command line. */
export async function processesOf(folder: string): Promise<{ pid: number; args: string }[]> {
  const { stdout } = await run("ps", ["-Awwo", "pid=,args="], { maxBuffer: 1 << 26 });
  const found = [...stdout.matchAll(/^ *(\d+) (.*)$/gm)].map(([, pid, args]) => ({
    pid: Number(pid),
    args: args ?? "",
  }));
  return found.filter(({ args }) => args.includes(folder));
}

function isAgent({ args }: { args: string }): boolean {
  return args.includes(" -I -S ") && !args.startsWith("sh ");
}

async function endAll(folder: string): Promise<void> {
  await until(async () => {
    const left = await processesOf(folder);
    // The supervisors first, or they would start their agents again.
    left.sort((one, other) => Number(isAgent(one)) - Number(isAgent(other)));
    for (const { pid } of left) end(pid);
    return left.length === 0;
  }, `the end of ${folder}`);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended
  }
}

async function runScript([file = "", ...words]: string[], env: Record<string, string>): Promise<Started> {
  const began = performance.now();
  const shell = spawn(file, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  shell.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  shell.stdout.resume();
  return new Promise((resolve, reject) => {
    shell.on("error", reject).on("close", (exitCode) => {
      resolve({ exitCode, seconds: (performance.now() - began) / 1000, stderr });
    });
  });
}

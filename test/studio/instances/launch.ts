import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppProcess } from "./app-process.ts";
import { type AppAccount, environmentOf } from "./environment.ts";
import { type Folders, makeFolders } from "./folders.ts";
import type { Isolation } from "./isolation.ts";
import type { JupyterOptions } from "./jupyter.ts";
import type { Instance, LaunchOrder } from "./launcher.ts";
import { freePort } from "./port.ts";
import { processesOf } from "./processes.ts";
import type { Server } from "./servers.ts";

/** Everything that a launch needs beside its order. */
export type LaunchContext = JupyterOptions & {
  root: string;
  account: AppAccount;
  isolation: Isolation;
  server: Server;
};

const attempts = 3;
const serverTimeoutMs = 120_000;
const pollMs = 100;
const portTaken = /port \d+ is (already in use|not available)|Address already in use/i;

class PortTaken extends Error {}

/** Runs an app until its server answers; again on another port where somebody was faster at the first. */
export async function launchApp(
  context: LaunchContext,
  order: LaunchOrder,
  signal: AbortSignal,
  attempt = 1,
): Promise<Instance> {
  const { server } = context;
  const port = await freePort();
  const folders = await makeFolders(context.root, order, attempt);
  const env = { ...environmentOf(context, order, folders, port), ...context.env };
  const app = await AppProcess.start(context.isolation, folders, server.command(context.python, folders, port), env);
  try {
    const innerPid = await serverStarted(app, folders, context.lifecycleTimeoutMs, signal);
    const baseUrl = `http://127.0.0.1:${port}${server.basePath}/`;
    await serverAnswers(app, folders, { url: baseUrl + server.readyPage, server }, signal);
    return await instance(app, context.isolation, { folders, port, baseUrl, innerPid });
  } catch (error) {
    await app.end();
    if (!(error instanceof PortTaken) || attempt >= attempts) throw error;
    return launchApp(context, order, signal, attempt + 1);
  }
}

async function serverStarted(
  app: AppProcess,
  folders: Folders,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<number> {
  const event = await within(timeoutMs, signal, app.first("server", "lifecycle-failed", "gone"));
  if (event === undefined) throw new Error(`The lifecycle configuration took longer than ${timeoutMs / 1000} seconds.`);
  switch (event.kind) {
    case "server":
      return event.innerPid;
    case "lifecycle-failed":
      throw new Error(
        `The lifecycle configuration ended with exit code ${event.exitCode}: ` +
          `see ${join(folders.app, "LifecycleConfigOnStart")}`,
      );
    case "gone":
      throw new Error(`The app ended by itself: ${await tailOf(folders, "init.log")}`);
  }
}

async function serverAnswers(
  app: AppProcess,
  folders: Folders,
  { url, server: { title, readyFile } }: { url: string; server: Server },
  signal: AbortSignal,
): Promise<void> {
  const polling = new AbortController();
  const isThisOne = async (): Promise<boolean> =>
    readyFile === undefined || (await readdir(folders.runtime)).some((file) => readyFile.test(file));
  const answered = answers(url, isThisOne, AbortSignal.any([signal, polling.signal])).then(() => undefined);
  try {
    const first = await within(
      serverTimeoutMs,
      signal,
      Promise.race([answered.then(() => "answered" as const), app.first("server-ended", "gone")]),
    );
    if (first === "answered") return;
    const log = await tailOf(folders, "server.log");
    throw portTaken.test(log) ? new PortTaken() : new Error(`The ${title} did not come up: ${log}`);
  } finally {
    polling.abort();
    await answered.catch(() => undefined);
  }
}

async function answers(url: string, isThisOne: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(
    (await isThisOne()) &&
    (await fetch(url, { signal }).then(
      async (response) => {
        await response.text();
        return true;
      },
      () => false,
    ))
  )) {
    await sleep(pollMs, undefined, { signal });
  }
}

async function within<T>(ms: number, signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const timeout = sleep(ms, undefined, { signal: AbortSignal.any([signal, timer.signal]) });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timer.abort();
    await timeout.catch(() => undefined);
  }
}

type Parts = { folders: Folders; port: number; baseUrl: string; innerPid: number };

async function instance(
  app: AppProcess,
  { kind }: Isolation,
  { folders, port, baseUrl, innerPid }: Parts,
): Promise<Instance> {
  const processes = (): ReturnType<typeof processesOf> => processesOf(app.rootPid, kind);
  const server = (await processes()).find((process) => process.innerPid === innerPid);
  if (server === undefined) throw new Error("The server ended as soon as it had answered.");
  return {
    folder: folders.app,
    home: folders.home,
    logFile: folders.logFile,
    pid: server.pid,
    port,
    baseUrl,
    processes,
    end: () => app.end(),
  };
}

async function tailOf({ app }: Folders, file: string): Promise<string> {
  return (await readFile(join(app, file), "utf8").catch(() => "")).trim().split("\n").slice(-5).join("\n");
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./instances/port.ts";
import { devTools } from "./python.ts";

/** A moto server, the reference for what services answer. */
export type Moto = { endpoint: string; region: string; close: () => Promise<void> };

const startTimeoutMs = 60_000;

/** Starts a moto server on a free port. */
export async function startMoto(): Promise<Moto> {
  const { bin } = await devTools();
  const port = await freePort();
  const server = spawn(join(bin, "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const gone = once(server, "exit");
  const close = async (): Promise<void> => {
    server.kill("SIGKILL");
    await gone;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const isUp = await answersWithin(`${endpoint}/moto-api/data.json`, startTimeoutMs);
  if (!isUp) {
    await close();
    throw new Error("moto_server does not answer.");
  }
  return { endpoint, region: "us-east-1", close };
}

async function answersWithin(url: string, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return true;
    await sleep(100);
  }
  return false;
}

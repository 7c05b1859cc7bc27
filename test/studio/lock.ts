import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const retryMs = 200;
const unsignedForMs = 5000;

/** Runs the work while no other process runs it under the same lock folder; a dead holder's lock is broken. */
export async function oneAtATime(lock: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  while (!(await taken(lock))) {
    if (await isAbandoned(lock)) await rm(lock, { recursive: true, force: true });
    else await sleep(retryMs, undefined, { signal });
  }
  try {
    await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
  await writeFile(join(lock, "pid"), String(process.pid));
  return true;
}

async function isAbandoned(lock: string): Promise<boolean> {
  const holder = Number(await readFile(join(lock, "pid"), "utf8").catch(() => "0"));
  if (holder > 0) return !isAlive(holder);
  // Made but not signed yet: its holder is about to, or died in between.
  const madeAt = await stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  return Date.now() - madeAt > unsignedForMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

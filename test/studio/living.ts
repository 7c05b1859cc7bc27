import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { promisify } from "node:util";

/** Those of the processes that still run; one that has ended but was not waited for yet does not. */
export async function livingOf(pids: readonly number[]): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axo", "pid=,stat="]);
  const running = stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state = "Z"]) => !state.startsWith("Z"));
  const alive = new Set(running.map(([pid]) => Number(pid)));
  return pids.filter((pid) => alive.has(pid));
}

/** Every process of this machine that carries a setting in its environment, by id and command line. */
export async function processesWith(setting: string): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [environ = "", cmdline = ""] = await Promise.all(
        ["environ", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      return environ.split("\0").includes(setting)
        ? [{ pid: Number(pid), command: cmdline.replaceAll("\0", " ").trim() }]
        : [];
    }),
  );
  return found.flat();
}

import { execFile } from "node:child_process";
import { readFile, readdir, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import type { Isolation } from "./isolation.ts";

/** A process of an app: its id on the host, and the one that the app itself knows it by. */
export type AppProcess = { pid: number; innerPid: number; command: string };

/** The processes that an app consists of, but for the first. */
export async function processesOf(rootPid: number, kind: Isolation["kind"]): Promise<AppProcess[]> {
  switch (kind) {
    case "namespace":
      return inNamespace(rootPid);
    case "group":
      return descendants(rootPid);
  }
}

async function inNamespace(rootPid: number): Promise<AppProcess[]> {
  const namespace = await readlink(`/proc/${rootPid}/ns/pid_for_children`).catch(() => undefined);
  if (namespace === undefined) return [];
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(pids.map((pid) => member(pid, namespace)));
  return found.filter((process) => process !== undefined).filter(({ innerPid }) => innerPid !== 1);
}

async function member(pid: string, namespace: string): Promise<AppProcess | undefined> {
  try {
    if ((await readlink(`/proc/${pid}/ns/pid`)) !== namespace) return undefined;
    const innerPid = /^NSpid:.*\s(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, "utf8"))?.[1];
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
    return { pid: Number(pid), innerPid: Number(innerPid), command };
  } catch {
    // It ended while it was looked at.
    return undefined;
  }
}

async function descendants(rootPid: number): Promise<AppProcess[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axo", "pid=,ppid=,command="]);
  const all = stdout
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null);
  const below = (parent: number): AppProcess[] =>
    all
      .filter(([, , ppid]) => Number(ppid) === parent)
      .flatMap(([, pid, , command = ""]) => [
        { pid: Number(pid), innerPid: Number(pid), command },
        ...below(Number(pid)),
      ]);
  return below(rootPid);
}

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import { isolation } from "../studio/instances/isolation.ts";
import { until } from "./stand-ins.ts";

/** A process namespace, and the command that runs another command in it; all of that ends with it. */
export type Namespace = AsyncDisposable & { readonly enter: readonly string[] };

/**
 * Makes a namespace whose processes see none but each other, as an app's do; where the machine allows none, its command
 * is empty.
 */
export async function makeNamespace(): Promise<Namespace> {
  const { kind, command } = await isolation();
  const [file = "", ...options] = command;
  if (kind === "group") return { enter: [], [Symbol.asyncDispose]: () => Promise.resolve() };
  const holder = spawn(file, [...options, "sleep", "infinity"], { stdio: "ignore" });
  const { pid = 0 } = holder;
  const first = await until(async () => {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    return /\d+/.exec(children)?.[0];
  }, "the namespace's first process");
  // By its path: an app may have no PATH.
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", "command -v nsenter"]);
  const asUser = userInfo().uid === 0 ? [] : ["--user", "--preserve-credentials"];
  return {
    enter: [stdout.trim(), `--target=${first}`, "--pid", "--mount", ...asUser],
    [Symbol.asyncDispose]: async () => {
      holder.kill("SIGKILL");
      await once(holder, "exit");
    },
  };
}

import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";

/** How apps are kept apart: in process namespaces, or only as groups of processes that see each other. */
export type Isolation = { kind: "namespace" | "group"; command: readonly string[] };

const namespace = ["unshare", "--pid", "--mount", "--fork", "--mount-proc", "--kill-child"];
/** Apps as mere groups of processes. */
export const group: Isolation = { kind: "group", command: [] };

let detected: Promise<Isolation> | undefined;

/** What this machine allows; found out once, and said once on stderr where apps cannot be kept apart. */
export function isolation(): Promise<Isolation> {
  detected ??= detect();
  return detected;
}

async function detect(): Promise<Isolation> {
  const command = userInfo().uid === 0 ? namespace : [...namespace, "--map-root-user"];
  try {
    const [file = "", ...options] = command;
    await promisify(execFile)(file, [...options, "true"]);
    return { kind: "namespace", command };
  } catch {
    process.stderr.write(
      "Process namespaces (unshare) are not available here: embedded apps see each other's processes.\n",
    );
    return group;
  }
}

import { readFileSync } from "node:fs";

/**
 * Tells whether the npm that runs this script is gone: killed outright, it leaves its script behind, with or without the shell
 * that it started it in. Never true where no npm runs it.
 */
export function leftBehindByNpm(): () => boolean {
  if (process.env["npm_lifecycle_event"] === undefined) return () => false;
  const before = parents();
  return () => parents() !== before;
}

// The parents up to npm, as far as this system shows them: the shell's parent is npm, or whoever inherits from it.
function parents(): string {
  const parent = process.ppid;
  const [, name = "", grandparent = ""] = /\((.*)\) \S+ (\d+)/.exec(statOf(parent)) ?? [];
  return /^(ba|da|z|k)?sh$/.test(name) ? `${parent} ${grandparent}` : String(parent);
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

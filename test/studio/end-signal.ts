import { readFileSync } from "node:fs";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const parentCheckMs = 500;

/**
 * Aborts when this command is to end, with the signal's name as the reason: it was told by a signal, or the npm that
 * runs it is gone. From the first call on the signals no longer end the process by themselves. A terminal's Ctrl-C
 * comes twice, from the terminal and from npm.
 */
export function endSignal(): AbortSignal {
  const ending = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      ending.abort(signal);
    });
  }
  const isLeftBehind = leftBehindByNpm();
  setInterval(() => {
    if (isLeftBehind()) ending.abort("SIGHUP");
  }, parentCheckMs).unref();
  return ending.signal;
}

/** Ends this process with the exit code of one that the signal itself ended, whatever it still waits for. */
export function endBy({ reason }: AbortSignal): never {
  process.exit(128 + constants.signals[SIGNALS.find((signal) => signal === reason) ?? "SIGTERM"]);
}

/**
 * Tells whether the npm that runs this script is gone: killed outright, it leaves its script behind, with or without
 * the shell that it started it in. Never true where no npm runs it.
 */
function leftBehindByNpm(): () => boolean {
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

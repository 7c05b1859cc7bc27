import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { JupyterUser } from "../browser/jupyter.ts";

/** Something that happens in an app, and what must become of it. */
export type Situation = {
  readonly space: string;
  readonly story: string;
  readonly expected: "stopped" | "kept";
  /** Acts it out, until the signal says that the show is over. */
  readonly act: (user: JupyterUser, timeoutSeconds: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Whether an agent on this machine can see processes. Where it cannot, terminals and CPU are unknown, and every app
 * would be kept for that.
 */
export const SEES_PROCESSES = existsSync("/proc/self/stat");

const ALL: readonly (Situation & { readonly showsIn?: "terminals" })[] = [
  {
    space: "never-used",
    story: "started this morning, and forgotten",
    expected: "stopped",
    act: () => Promise.resolve(),
  },
  {
    space: "idle-notebook",
    story: "ran a cell, and the tab is still open",
    expected: "stopped",
    act: async (user) => {
      const notebook = await user.openNotebook("report.ipynb");
      await notebook.run("sum(range(10))");
    },
  },
  {
    space: "silent-training",
    story: "a cell that computes, prints nothing, and nobody watches",
    expected: "kept",
    act: async (user) => {
      const notebook = await user.openNotebook("train.ipynb");
      await notebook.start("import time; time.sleep(3600)");
      notebook.close();
    },
  },
  {
    space: "in-a-terminal",
    story: "somebody types in a terminal now and then",
    expected: "kept",
    showsIn: "terminals",
    act: async (user, _, signal) => {
      const terminal = await user.openTerminal();
      await everySoOften(5000, signal, () => {
        terminal.type("ls\r");
      });
    },
  },
  {
    space: "comes-back",
    story: "idle, and its user comes back right before the stop",
    expected: "kept",
    act: async (user, timeoutSeconds, signal) => {
      const notebook = await user.openNotebook("lunch.ipynb");
      await notebook.run("1 + 1");
      await pause(timeoutSeconds * 1000 - 2000, signal);
      await everySoOften(5000, signal, () => notebook.run("2 + 2"));
    },
  },
];

/** What can be shown on this machine. */
export const SITUATIONS: readonly Situation[] = ALL.filter(({ showsIn }) => SEES_PROCESSES || showsIn === undefined);

/** Does something at once and then again and again, until the signal says that it is over. */
export async function everySoOften(milliseconds: number, signal: AbortSignal, act: () => unknown): Promise<void> {
  while (!signal.aborted) {
    await act();
    await pause(milliseconds, signal);
  }
}

/** Waits, but not longer than until it is over. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

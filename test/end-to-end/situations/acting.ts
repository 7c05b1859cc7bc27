import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CodeEditorUser } from "../../browser/code-editor.ts";
import type { JupyterUser, TerminalTab } from "../../browser/jupyter.ts";
import { typedNow } from "../../browser/typing.ts";
import type { Place, Scene } from "./situation.ts";

/** A cell that says nothing and uses no CPU time. */
export const SILENT = "import time; time.sleep(3600)";

/**
 * A stretch of computing that takes a fifth of a core, so that many can run side by side; in CPU time, which a full
 * machine cannot cut.
 */
const COMPUTE = "t = time.thread_time()\nwhile time.thread_time() - t < 0.04: pass\n";
export const COMPUTING_SCRIPT = `import time\nwhile True:\n${indented(COMPUTE, 4)}    time.sleep(0.16)\n`;

/** Code that computes on and on, to be run with this indentation. */
export function computing(indent: number, pause: string): string {
  return indented(`while True:\n${indented(COMPUTE, 2)}  ${pause}\n`, indent);
}

function indented(code: string, by: number): string {
  return code.replaceAll(/^(?=.)/gm, " ".repeat(by));
}

/** A user of an app of any type: all have terminals, and a server that starts what its extensions want. */
export type AnyUser = JupyterUser | CodeEditorUser;

/** Waits, but not longer than the scene lasts. */
const pause = (milliseconds: number, { over }: Pick<Place, "over">) =>
  sleep(milliseconds, undefined, { signal: over }).catch(() => undefined);

/** Does something again and again in the background for as long as the scene lasts. */
export function keepDoing(place: Pick<Place, "over">, everyMs: number, act: () => unknown): void {
  const loop = async () => {
    while (!place.over.aborted) {
      await act();
      await pause(everyMs, place);
    }
  };
  // Its app may be gone before it notices; what became of that is for the test to say.
  loop().catch(() => undefined);
}

/** Runs a cell and closes its tab. */
export async function runCell({ user }: Scene<JupyterUser>, code: string): Promise<void> {
  const notebook = await user.openNotebook("work.ipynb");
  await notebook.run(code);
  notebook.close();
}

/** Starts a cell that goes on, and closes its tab. */
export async function startCell({ user }: Scene<JupyterUser>, code: string): Promise<void> {
  const notebook = await user.openNotebook("work.ipynb");
  await notebook.start(code);
  notebook.close();
}

/** Types lines into a new terminal, waits until the shell has read them, and leaves with the tab closed. */
export async function typeAndLeave(
  { user }: Scene<AnyUser>,
  ...lines: readonly string[]
): Promise<Omit<TerminalTab, "resize">> {
  const terminal = await user.openTerminal();
  terminal.type("echo rea''dy\r");
  await terminal.shows("ready");
  for (const line of lines) {
    terminal.type(`${line}\r`);
    await sleep(500);
  }
  terminal.close();
  return terminal;
}

/** Leaves a program open in a terminal, having seen that it runs; answers when that was. */
export const leaveOpen =
  (command: (python: string) => string, running: RegExp, ...more: readonly string[]) =>
  async (scene: Scene<AnyUser>): Promise<number> => {
    await typeAndLeave(scene, command(scene.python), ...more);
    const since = typedNow();
    await untilRuns(scene, running);
    return since;
  };

/** Leaves a program behind that outlives its terminal, whose shell is ended; answers when it was typed. */
export async function leaveBehind(
  scene: Scene<AnyUser>,
  running: RegExp,
  ...lines: readonly string[]
): Promise<number> {
  const { name } = await typeAndLeave(scene, ...lines);
  await untilRuns(scene, running);
  await scene.user.closeTerminal(name);
  return typedNow();
}

const runs = async ({ stage, space }: Place, command: RegExp): Promise<boolean> =>
  ((await stage.studio.app(space)?.processes()) ?? []).some((one) => command.test(one.command));

/** Waits until such a command runs in the app. */
export async function untilRuns(place: Place, command: RegExp): Promise<void> {
  await until(() => runs(place, command), `nothing like ${String(command)} runs`);
}

/** Waits until such a command runs no more; answers when it was last seen. */
export async function untilEnded(place: Place, command: RegExp): Promise<number> {
  let seen = Date.now();
  const hasEnded = async () => {
    const now = Date.now();
    if (!(await runs(place, command))) return true;
    seen = now;
    return false;
  };
  await until(hasEnded, `${String(command)} does not end`);
  return seen;
}

/** Waits until a file is in the home of the space. */
export async function untilFile({ home }: Place, name: string): Promise<void> {
  const isThere = () =>
    access(join(home, name)).then(
      () => true,
      () => false,
    );
  await until(isThere, `there is no ${name}`);
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let tries = 0; tries < 450; tries++) {
    if (await isSo()) return;
    await sleep(200);
  }
  throw new Error(otherwise);
}

/** Puts a file into the home of the space. */
export async function putFile({ home }: Place, name: string, text: string): Promise<void> {
  await writeFile(join(home, name), text);
}

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { typeAndLeave, typedNow, type Scene } from "../gauntlet.ts";

/** Leaves a program open in a terminal, having seen that it runs. */
export const leaving =
  (command: (python: string) => string, running: RegExp, ...more: readonly string[]) =>
  async (scene: Scene): Promise<number> => {
    await typeAndLeave(scene, command(scene.python), ...more);
    const since = typedNow();
    await untilRuns(scene, running);
    return since;
  };

/** Waits until the app has a process with such a command. */
export async function untilRuns({ stage, space }: Scene, command: RegExp): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const processes = (await stage.studio.app(space)?.processes()) ?? [];
    if (processes.some((one) => command.test(one.command))) return;
    await sleep(200);
  }
  throw new Error(`nothing like ${String(command)} runs`);
}

/** Writes a file into the app's home. */
export async function script({ home }: Scene, name: string, text: string): Promise<void> {
  await writeFile(join(home, name), text);
}

import { setTimeout as sleep } from "node:timers/promises";
import type { CodeEditorUser } from "../../browser/code-editor.ts";
import { keepDoing } from "./acting.ts";
import type { Situation } from "./situation.ts";

/** What goes on in Code Editor, which has an editor and terminals, and no kernels. */
export const CODE_EDITOR: readonly Situation<CodeEditorUser>[] = [
  {
    name: "nobody since its start",
    must: "stop",
    crossSection: ["code-editor"],
    act: async ({ account, space }) => (await account.describeApp(space)).CreationTime?.getTime() ?? NaN,
  },
  {
    name: "somebody who edits",
    must: "stay",
    because: /recently-active/,
    crossSection: ["code-editor"],
    act: (scene) => {
      keepDoing(scene, 4000, () => scene.user.edit());
      return Promise.resolve();
    },
  },
  {
    name: "somebody who edited for a while, counted from the last time",
    must: "stop",
    act: async ({ user }) => {
      await sleep(5000);
      await user.edit();
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who types in a terminal",
    must: "stay",
    because: /recently-active|terminal-job/,
    act: async (scene) => {
      const terminal = await scene.user.openTerminal();
      keepDoing(scene, 4000, () => {
        terminal.type("ls\r");
      });
    },
  },
];

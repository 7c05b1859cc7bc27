import { setTimeout as sleep } from "node:timers/promises";
import type { JupyterUser } from "../../browser/jupyter.ts";
import { keepDoing } from "./acting.ts";
import type { Situation } from "./situation.ts";

/** Who writes and runs nothing. */
export const EDITING: readonly Situation<JupyterUser>[] = [
  {
    name: "somebody who writes a notebook and runs nothing",
    must: "stay",
    because: /recently-active/,
    crossSection: ["jupyter"],
    act: (scene) => {
      let version = 0;
      keepDoing(scene, 5000, () => scene.user.saveNotebook("draft.ipynb", `version ${version++}`));
      return Promise.resolve();
    },
  },
  {
    name: "a notebook that was saved and left, counted from its saving",
    must: "stop",
    act: async ({ user }) => {
      await sleep(4000);
      await user.saveNotebook("draft.ipynb", "done");
      return Date.now() - 1000;
    },
  },
];

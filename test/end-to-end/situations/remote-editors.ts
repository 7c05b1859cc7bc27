import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JupyterUser } from "../../browser/jupyter.ts";
import { keepDoing } from "./acting.ts";
import type { Place, Situation } from "./situation.ts";

/** Writes what the AWS Toolkit of a connected VS Code, Cursor or Kiro writes while somebody works in it. */
const writeNote = ({ temporary }: Place) =>
  writeFile(join(temporary, ".sagemaker-last-active-timestamp"), new Date().toISOString());

/** Editors that are connected to a JupyterLab app from elsewhere. */
export const REMOTE_EDITORS: readonly Situation<JupyterUser>[] = [
  {
    name: "somebody in an editor that is connected from elsewhere",
    must: "stay",
    because: /recently-active/,
    act: (scene) => {
      keepDoing(scene, 5000, () => writeNote(scene));
      return Promise.resolve();
    },
  },
  {
    name: "an editor that was connected from elsewhere and is gone",
    must: "stop",
    act: async (scene) => {
      await writeNote(scene);
      return Date.now() - 1000;
    },
  },
  {
    name: "an unsaved buffer in a forgotten editor, for longer than the policy allows",
    must: "stop",
    set: { hungAfter: 24 },
    act: (scene) => {
      const since = Date.now() - 1000;
      keepDoing(scene, 5000, () => writeNote(scene));
      return Promise.resolve(since);
    },
  },
];

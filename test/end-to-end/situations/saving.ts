import { mkdir, mkdtemp, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JupyterUser } from "../../browser/jupyter.ts";
import { keepDoing, runCell, SILENT, startCell } from "./acting.ts";
import type { Place, Situation } from "./situation.ts";

const NINE_HOURS_MS = 9 * 3_600_000;
const DEEP = "a/b/c/d";

/** A home with many files, one of them dated nine hours ahead, and a deep folder. */
async function fillHome({ home }: Place): Promise<void> {
  await mkdir(join(home, "many"), { recursive: true });
  for (let i = 0; i < 2400; i++) await writeFile(join(home, "many", `note-${i}.txt`), "x");
  await writeFile(join(home, "ahead.txt"), "x");
  const ahead = new Date(Date.now() + NINE_HOURS_MS);
  await utimes(join(home, "ahead.txt"), ahead, ahead);
  await mkdir(join(home, DEEP), { recursive: true });
}

/** A folder in the home that lies elsewhere. */
async function linkFolder({ home, temporary }: Place): Promise<void> {
  await symlink(await mkdtemp(join(temporary, "shared-")), join(home, "shared"));
}

/** What an AWS configuration looks like after it was pasted twice. */
async function breakConfig({ home }: Place): Promise<void> {
  await mkdir(join(home, ".aws"), { recursive: true });
  const text = "[default]\nregion = us-east-1\n[default]\nregion = eu-west-1\n";
  for (const file of ["config", "credentials"]) await writeFile(join(home, ".aws", file), text);
}

/** Saves, uploads, and homes of all sorts. */
export const SAVING: readonly Situation<JupyterUser>[] = [
  {
    name: "an upload that goes on, chunk by chunk",
    must: "stay",
    because: /recently-active/,
    crossSection: ["jupyter"],
    act: (scene) => {
      let chunk = 0;
      keepDoing(scene, 4000, () => scene.user.uploadChunk("data.zip", ++chunk, Buffer.alloc(1000, chunk)));
      return Promise.resolve();
    },
  },
  {
    name: "an upload that is done",
    must: "stop",
    act: async ({ user }) => {
      await user.uploadChunk("data.zip", 1, Buffer.alloc(1000));
      await user.uploadChunk("data.zip", -1, Buffer.alloc(1000));
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who saves a file without a suffix",
    must: "stay",
    because: /recently-active/,
    act: (scene) => {
      keepDoing(scene, 8000, () => scene.user.saveText("Dockerfile", `FROM scratch # ${Date.now()}`));
      return Promise.resolve();
    },
  },
  {
    name: "a file without a suffix that was saved once",
    must: "stop",
    act: async ({ user }) => {
      await user.saveText("Dockerfile", "FROM scratch");
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who saves below a folder that lies outside of the home",
    must: "stay",
    because: /recently-active/,
    act: async (scene) => {
      await linkFolder(scene);
      keepDoing(scene, 8000, () => scene.user.saveText("shared/work.py", `# ${Date.now()}`));
    },
  },
  {
    name: "a link to a folder outside of the home, and nobody there",
    must: "stop",
    act: async (scene) => {
      await linkFolder(scene);
      await scene.user.saveText("shared/work.py", "# done");
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who saves in a deep folder, beside thousands of files and one dated ahead",
    must: "stay",
    because: /recently-active/,
    act: async (scene) => {
      await fillHome(scene);
      keepDoing(scene, 8000, () => scene.user.saveText(`${DEEP}/work.py`, `# ${Date.now()}`));
    },
  },
  {
    name: "thousands of files and one dated ahead, and nobody there",
    must: "stop",
    act: async (scene) => {
      await fillHome(scene);
      await scene.user.saveText(`${DEEP}/work.py`, "# done");
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who saves past a server that nobody has opened",
    must: "stay",
    because: /recently-active/,
    act: (scene) => {
      keepDoing(scene, 8000, () => writeFile(join(scene.home, "work.py"), `# ${Date.now()}`));
      return Promise.resolve();
    },
  },
  {
    name: "a file that was saved once past a server that nobody has opened",
    must: "stop",
    act: async ({ home }) => {
      await writeFile(join(home, "work.py"), "# done");
      return Date.now() - 1000;
    },
  },
  {
    name: "an open file browser that lists its folder",
    must: "stop",
    act: (scene) => {
      const since = Date.now() - 1000;
      keepDoing(scene, 3000, () => scene.user.listFolder());
      return Promise.resolve(since);
    },
  },
  {
    name: "an idle kernel, with a broken AWS configuration in the home",
    must: "stop",
    act: async (scene) => {
      await breakConfig(scene);
      await runCell(scene, "1 + 1");
      return Date.now() - 1000;
    },
  },
  {
    name: "a silent cell, with a broken AWS configuration in the home",
    must: "stay",
    because: /busy-kernel/,
    act: async (scene) => {
      await breakConfig(scene);
      await startCell(scene, SILENT);
    },
  },
];

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JupyterUser } from "../../browser/jupyter.ts";
import { putFile, SILENT, startCell } from "./acting.ts";
import type { Situation } from "./situation.ts";

/**
 * Puts an nvidia-smi into a folder, which says what an app's home has in its file `gpu`, and without one that there is
 * no driver.
 */
export async function makeNvidiaSmi(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "nvidia-smi"), '#!/bin/sh\n[ -f "$HOME/gpu" ] || exit 9\n. "$HOME/gpu"\n', { mode: 0o755 });
  return bin;
}

/** What nvidia-smi says of an app's GPUs. */
export const GPUS: readonly Situation<JupyterUser>[] = [
  {
    name: "a GPU that computes",
    must: "stay",
    because: /busy-gpu/,
    crossSection: ["jupyter"],
    act: (scene) => putFile(scene, "gpu", "echo 0; echo 87\n"),
  },
  {
    name: "a GPU at rest",
    must: "stop",
    act: async (scene) => {
      await putFile(scene, "gpu", "echo 0; echo 0\n");
      return (await scene.account.describeApp(scene.space)).CreationTime?.getTime() ?? NaN;
    },
  },
  {
    name: "a GPU that cannot be asked, for its driver hangs",
    must: "stay",
    because: /unknown-activity/,
    act: (scene) => putFile(scene, "gpu", "exec sleep 3600\n"),
  },
  {
    name: "a GPU that does not say how much it is used",
    must: "stop",
    act: async (scene) => {
      await putFile(scene, "gpu", "echo '[N/A]'\n");
      return Date.now() - 1000;
    },
  },
  {
    name: "a GPU that does not say how much it is used, and a silent cell",
    must: "stay",
    because: /busy-kernel/,
    act: async (scene) => {
      await putFile(scene, "gpu", "echo '[N/A]'\n");
      await startCell(scene, SILENT);
    },
  },
];

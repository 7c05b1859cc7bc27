import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JupyterUser } from "../../browser/jupyter.ts";
import { keepDoing, runCell, SILENT, startCell } from "./acting.ts";
import type { Situation } from "./situation.ts";

/** What kernels do and do not do, with tabs and without. */
export const KERNELS: readonly Situation<JupyterUser>[] = [
  {
    name: "a silent cell whose tab is closed",
    must: "stay",
    because: /busy-kernel/,
    crossSection: ["jupyter"],
    act: (scene) => startCell(scene, SILENT),
  },
  {
    name: "a cell that prints and prints",
    must: "stay",
    because: /busy-kernel|recently-active/, // old servers at times call it idle; each line is activity all the same
    crossSection: ["old-jupyter"],
    act: (scene) => startCell(scene, "import time\nwhile True: print('x'); time.sleep(1)"),
  },
  {
    name: "a busy kernel without a session",
    must: "stay",
    because: /busy-kernel/,
    crossSection: ["jupyter"],
    act: async ({ user }) => {
      const tab = await user.openKernel((await user.startKernel()).id);
      await tab.start(SILENT);
      tab.close();
    },
  },
  {
    name: "a busy kernel beside one that is idle",
    must: "stay",
    because: /busy-kernel/,
    act: async (scene) => {
      await scene.user.startKernel();
      await startCell(scene, SILENT);
    },
  },
  {
    // Old servers at times call it idle, as the tab that is opened asks the kernel about itself on the side.
    name: "a kernel that was restarted and runs its silent cell at once",
    must: "stay",
    because: /busy-kernel/,
    crossSection: ["old-jupyter"],
    act: async ({ user }) => {
      const tab = await user.openNotebook("again.ipynb");
      await tab.start(SILENT);
      await sleep(3000);
      await user.restartKernel(tab.kernelId);
      const again = await user.openKernel(tab.kernelId);
      await again.start(SILENT);
      again.close();
      tab.close();
    },
  },
  {
    // Old servers take the kernel's answer to the page for its being idle again.
    name: "a silent cell whose page was loaded again, and its tab closed",
    must: "stay",
    because: /busy-kernel/,
    crossSection: ["old-jupyter"],
    act: async ({ user }) => {
      const tab = await user.openNotebook("reloaded.ipynb");
      await tab.start(SILENT);
      tab.close();
      const again = await user.openKernel(tab.kernelId);
      await again.askDebugger();
      again.close();
    },
  },
  {
    name: "somebody who runs a short cell now and then",
    must: "stay",
    because: /recently-active|busy/,
    act: async (scene) => {
      const tab = await scene.user.openNotebook("short.ipynb");
      keepDoing(scene, 5000, () => tab.run("1 + 1"));
    },
  },
  {
    name: "a cell that waits for its user's input",
    must: "stay",
    because: /busy-kernel/,
    act: (scene) => startCell(scene, "input('name? ')"),
  },
  {
    name: "a cell that ended after a while, counted from its end",
    must: "stop",
    act: async (scene) => {
      await runCell(scene, "import time; time.sleep(9)");
      return Date.now() - 1000;
    },
  },
  {
    name: "a kernel that was shut down, counted from its last cell",
    must: "stop",
    crossSection: ["jupyter"],
    act: async ({ user }) => {
      const notebook = await user.openNotebook("a.ipynb");
      await sleep(5000);
      await notebook.run("1 + 1");
      const since = Date.now() - 1000;
      notebook.close();
      await user.shutDownKernel(notebook.kernelId);
      return since;
    },
  },
  {
    name: "an idle kernel that was killed and came back by itself",
    must: "stop",
    act: async (scene) => {
      await runCell(scene, "import os, threading; threading.Timer(2, lambda: os.kill(os.getpid(), 9)).start()");
      return Date.now() - 1000;
    },
  },
  {
    name: "a kernel that was killed in the middle of a cell",
    must: "stop",
    crossSection: ["jupyter", "old-jupyter"],
    act: async (scene) => {
      await startCell(scene, "import os, time; time.sleep(4); os.kill(os.getpid(), 9)");
      return Date.now();
    },
  },
  {
    name: "a forgotten tab that polls and holds a connection",
    must: "stop",
    crossSection: ["jupyter", "old-jupyter"],
    act: async (scene) => {
      const tab = await scene.user.openNotebook("tab.ipynb");
      await tab.run("1 + 1");
      keepDoing(scene, 1000, () => scene.user.poll());
      return Date.now() - 1000;
    },
  },
  {
    name: "a kernel that never gets beyond starting",
    must: "stop",
    act: async ({ user, home }) => {
      const folder = join(home, ".local/share/jupyter/kernels/stuck");
      await mkdir(folder, { recursive: true });
      const spec = { argv: ["sleep", "3600"], display_name: "Stuck", language: "none" };
      await writeFile(join(folder, "kernel.json"), JSON.stringify(spec));
      await user.startKernel("stuck");
      return Date.now() - 1000;
    },
  },
];

import { setTimeout as sleep } from "node:timers/promises";
import { keepDoing, runCell, startCell, typeAndLeave, typedNow, type Situation } from "../gauntlet.ts";

const SILENT = "import time; time.sleep(3600)";

/** What is the same on every Jupyter server, and differs most between its versions. */
export const KERNELS_AND_TERMINALS: readonly Situation[] = [
  {
    name: "a silent cell whose tab is closed",
    inCrossSection: true,
    must: "stay",
    because: /busy-kernel/,
    act: (scene) => startCell(scene, SILENT),
  },
  {
    name: "a cell that prints and prints",
    must: "stay",
    because: /busy-kernel|recently-active/, // old servers at times call it idle; each line is activity all the same
    act: (scene) => startCell(scene, "import time\nwhile True: print('x'); time.sleep(1)"),
  },
  {
    name: "a busy kernel without a session",
    inCrossSection: true,
    must: "stay",
    because: /busy-kernel/,
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
    inCrossSection: true,
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
    inCrossSection: true,
    must: "stop",
    act: async (scene) => {
      await runCell(scene, "import time; time.sleep(9)");
      return Date.now() - 1000;
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
    inCrossSection: true,
    must: "stop",
    act: async (scene) => {
      await startCell(scene, "import os, time; time.sleep(4); os.kill(os.getpid(), 9)");
      return Date.now();
    },
  },
  {
    name: "a forgotten tab that polls and holds a connection",
    inCrossSection: true,
    must: "stop",
    act: async (scene) => {
      const tab = await scene.user.openNotebook("tab.ipynb");
      await tab.run("1 + 1");
      keepDoing(scene, 1000, () => scene.user.poll());
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who types in a terminal now and then",
    inCrossSection: true,
    must: "stay",
    because: /recently-active|terminal-job/,
    act: async (scene) => {
      const terminal = await scene.user.openTerminal();
      keepDoing(scene, 4000, () => {
        terminal.type("ls\r");
      });
    },
  },
  {
    name: "a terminal tab that reconnects and resizes all the time",
    inCrossSection: true,
    must: "stop",
    act: async (scene) => {
      const { name } = await typeAndLeave(scene);
      const since = typedNow();
      let rows = 20;
      keepDoing(scene, 2000, async () => {
        const tab = await scene.user.reconnectTerminal(name);
        tab.resize(rows++, 90);
        await sleep(500);
        tab.close();
      });
      return since;
    },
  },
  {
    name: "a silent job in the foreground of a terminal",
    inCrossSection: true,
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, "sleep 3600"),
  },
  {
    name: "a silent job in the background of a terminal",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, "sleep 3600 &"),
  },
];

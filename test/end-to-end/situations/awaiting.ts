import type { JupyterUser } from "../../browser/jupyter.ts";
import { keepDoing, runCell, startCell } from "./acting.ts";
import type { Scene, Situation } from "./situation.ts";

/** A cell that waits in its event loop, where an idle kernel waits, too. */
const AWAITS = "import asyncio; await asyncio.sleep(600)";
/** Connects to a server, in a thread of the kernel itself, that takes connections and never answers. */
const SILENT_SERVER =
  "import socket\nserver = socket.create_server(('127.0.0.1', 0))\nport = server.getsockname()[1]\n";
const ASKS_AND_AWAITS =
  "import asyncio\nreader, _ = await asyncio.open_connection('127.0.0.1', port)\nawait reader.read(1)";
const poll = (code: string) => `${code.startsWith("await") ? "async def" : "def"} poll():\n  while True: ${code}\n`;

/** Starts a cell, asks the kernel something on its side, and closes the tab. */
async function startCellAndAskUsage({ user }: Scene<JupyterUser>, code: string): Promise<void> {
  const tab = await user.openNotebook("waits.ipynb");
  await tab.start(code);
  for (let asked = 0; asked < 3; asked++) await tab.askUsage();
  tab.close();
}

/** Cells that wait where an idle kernel waits, what lives on in an idle kernel, and the same once it is over. */
export const AWAITING: readonly Situation<JupyterUser>[] = [
  {
    name: "a cell that awaits, called idle since its usage was asked for",
    must: "stay",
    because: /busy-kernel/,
    crossSection: ["jupyter"],
    act: (scene) => startCellAndAskUsage(scene, AWAITS),
  },
  {
    name: "a cell that awaited and has ended, whose usage was asked for",
    must: "stop",
    act: async (scene) => {
      await startCellAndAskUsage(scene, "import asyncio; await asyncio.sleep(6)");
      return Date.now();
    },
  },
  {
    name: "a cell that awaits an answer from the network, whose usage was asked for",
    must: "stay",
    because: /busy-kernel/,
    act: (scene) => startCellAndAskUsage(scene, `${SILENT_SERVER}${ASKS_AND_AWAITS}`),
  },
  {
    name: "an idle kernel with a connection to a database open",
    must: "stop",
    act: async (scene) => {
      await runCell(scene, `${SILENT_SERVER}connection = socket.create_connection(('127.0.0.1', port))`);
      return Date.now() - 1000;
    },
  },
  {
    name: "a silent cell whose usage is asked for every five seconds",
    must: "stay",
    because: /busy-kernel/,
    act: async (scene) => {
      const tab = await scene.user.openNotebook("sidebar.ipynb");
      await tab.start("import time; time.sleep(3600)");
      keepDoing(scene, 5000, () => tab.askUsage());
    },
  },
  {
    name: "a silent cell that has ended, whose usage is asked for every five seconds",
    must: "stop",
    act: async (scene) => {
      const tab = await scene.user.openNotebook("sidebar.ipynb");
      await tab.run("import time; time.sleep(6)");
      const since = Date.now() - 1000;
      keepDoing(scene, 5000, () => tab.askUsage());
      return since;
    },
  },
  {
    name: "a cell that awaits in a kernel whose tab reloads again and again",
    must: "stay",
    because: /busy-kernel/,
    act: async (scene) => {
      const tab = await scene.user.openNotebook("reloads.ipynb");
      await tab.start(AWAITS);
      keepDoing(scene, 4000, () => reload(scene, tab.kernelId));
    },
  },
  {
    name: "a forgotten tab that reloads again and again",
    must: "stop",
    act: async (scene) => {
      const tab = await scene.user.openNotebook("reloads.ipynb");
      await tab.run("1 + 1");
      const since = Date.now() - 1000;
      keepDoing(scene, 4000, () => reload(scene, tab.kernelId));
      return since;
    },
  },
  {
    name: "a forgotten tab that asks for usage every five seconds",
    must: "stop",
    act: forgottenTab("askUsage"),
  },
  {
    name: "a tab that asks for usage, and whose user runs something now and then",
    must: "stay",
    because: /recently-active|busy/,
    act: async (scene) => {
      const tab = await scene.user.openNotebook("used.ipynb");
      keepDoing(scene, 5000, async () => {
        await tab.askUsage();
        await tab.run("1 + 1");
      });
    },
  },
  { name: "a forgotten console that asks for its history", must: "stop", act: forgottenTab("askHistory") },
  {
    name: "a console that asks for its history, and whose user runs something now and then",
    must: "stay",
    because: /recently-active|busy/,
    act: async (scene) => {
      const tab = await scene.user.openNotebook("console.ipynb");
      keepDoing(scene, 5000, async () => {
        await tab.askHistory();
        await tab.run("1 + 1");
      });
    },
  },
  {
    name: "an asyncio task that polls every two seconds, its cell long done",
    must: "stay",
    because: /busy-kernel|busy-cpu/,
    act: (scene) =>
      runCell(scene, `import asyncio\n${poll("await asyncio.sleep(2)")}task = asyncio.create_task(poll())`),
  },
  {
    name: "an asyncio task that has ended",
    must: "stop",
    act: async (scene) => {
      await runCell(scene, "import asyncio\ntask = asyncio.create_task(asyncio.sleep(3))");
      return Date.now() - 1000;
    },
  },
  {
    name: "a thread that polls every two seconds, its cell long done",
    must: "stay",
    because: /busy-kernel|busy-cpu/,
    act: (scene) =>
      startCell(
        scene,
        `import threading, time\n${poll("time.sleep(2)")}threading.Thread(target=poll, daemon=True).start()`,
      ),
  },
  {
    name: "a thread that awaits an answer from the network, its cell long done",
    must: "stay",
    because: /busy-kernel/,
    act: (scene) =>
      runCell(
        scene,
        `${SILENT_SERVER}import threading\nconnection = socket.create_connection(('127.0.0.1', port))\n` +
          "threading.Thread(target=connection.recv, args=(1,), daemon=True).start()",
      ),
  },
  {
    name: "a thread that has ended",
    must: "stop",
    act: async (scene) => {
      await runCell(scene, "import threading, time\nthreading.Thread(target=time.sleep, args=(3,)).start()");
      return Date.now() - 1000;
    },
  },
];

/** What a page asks its kernel as it is loaded. */
async function reload({ user }: Scene<JupyterUser>, kernelId: string): Promise<void> {
  const page = await user.openKernel(kernelId);
  await page.askDebugger();
  await page.askUsage();
  page.close();
}

/** A tab that goes on asking, and nobody at it. */
function forgottenTab(ask: "askUsage" | "askHistory") {
  return async (scene: Scene<JupyterUser>) => {
    const tab = await scene.user.openNotebook("forgotten.ipynb");
    await tab.run("1 + 1");
    const since = Date.now() - 1000;
    keepDoing(scene, 5000, () => tab[ask]());
    return since;
  };
}

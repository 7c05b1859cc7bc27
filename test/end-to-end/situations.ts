import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  COMPUTE,
  COMPUTING_SCRIPT,
  keepDoing,
  runCell,
  startCell,
  typeAndLeave,
  typedNow,
  type Scene,
  type Situation,
} from "./gauntlet.ts";

/** What a monitor does: draws every second, for nobody. */
const DRAWING = "import time; [(print('load', flush=True), time.sleep(1)) for _ in iter(int, 1)]";
const SILENT = "import time; time.sleep(3600)";

/** Leaves a program open in a terminal, having seen that it runs. */
const leaving =
  (command: (python: string) => string, running: RegExp, ...more: readonly string[]) =>
  async (scene: Scene) => {
    await typeAndLeave(scene, command(scene.python), ...more);
    const since = typedNow();
    await untilRuns(scene, running);
    return since;
  };

async function untilRuns({ stage, space }: Scene, command: RegExp): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const processes = (await stage.studio.app(space)?.processes()) ?? [];
    if (processes.some((one) => command.test(one.command))) return;
    await sleep(200);
  }
  throw new Error(`nothing like ${String(command)} runs`);
}

async function script({ home }: Scene, name: string, text: string): Promise<void> {
  await writeFile(join(home, name), text);
}

/** What is the same on every Jupyter server, and differs most between its versions. */
export const KERNELS_AND_TERMINALS: readonly Situation[] = [
  {
    name: "a silent cell whose tab is closed",
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
    act: async (scene) => {
      await startCell(scene, "import os, time; time.sleep(4); os.kill(os.getpid(), 9)");
      return Date.now();
    },
  },
  {
    name: "a forgotten tab that polls and holds a connection",
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

/** Work that no server knows of, and what looks like it. */
export const BESIDE_THE_SERVER: readonly Situation[] = [
  {
    name: "a thread that computes in an idle kernel",
    must: "stay",
    because: /busy-cpu/,
    act: (scene) =>
      runCell(
        scene,
        `import threading, time\ndef work():\n  while True:\n    t = time.thread_time()\n    while time.thread_time() - t < 0.04: pass\n    time.sleep(0.16)\nthreading.Thread(target=work, daemon=True).start()`,
      ),
  },
  {
    name: "an asyncio task that computes in an idle kernel",
    must: "stay",
    because: /busy-cpu/,
    act: (scene) =>
      runCell(
        scene,
        `import asyncio, time\nasync def work():\n  while True:\n    ${COMPUTE.trim().replaceAll("\n", "\n    ")}\n    await asyncio.sleep(0.16)\ntask = asyncio.get_running_loop().create_task(work())`,
      ),
  },
  {
    name: "a process that an idle kernel started and that computes",
    must: "stay",
    because: /busy-cpu/,
    act: async (scene) => {
      await script(scene, "train.py", COMPUTING_SCRIPT);
      await runCell(scene, "import subprocess, sys; worker = subprocess.Popen([sys.executable, 'train.py'])");
    },
  },
  {
    name: "a thread that only ticks in an idle kernel",
    must: "stop",
    act: async (scene) => {
      await runCell(
        scene,
        "import threading, time\ndef tick():\n  while True: time.sleep(0.5)\nthreading.Thread(target=tick, daemon=True).start()",
      );
      return Date.now() - 1000;
    },
  },
  {
    name: "a nohup job that computes, its terminal closed for good",
    must: "stay",
    because: /busy-cpu/,
    act: async (scene) => {
      await script(scene, "train.py", COMPUTING_SCRIPT);
      const { name } = await typeAndLeave(scene, `nohup ${scene.python} train.py >/dev/null 2>&1 &`, "disown");
      await untilRuns(scene, /train\.py$/);
      await scene.user.closeTerminal(name);
    },
  },
  {
    name: "a job in a session of its own that computes",
    must: "stay",
    because: /busy-cpu/,
    act: async (scene) => {
      await script(scene, "train.py", COMPUTING_SCRIPT);
      const { name } = await typeAndLeave(scene, `setsid ${scene.python} train.py >/dev/null 2>&1 </dev/null &`);
      await untilRuns(scene, /train\.py$/);
      await scene.user.closeTerminal(name);
    },
  },
  {
    name: "a server that somebody left behind and nobody asks anything",
    must: "stop",
    act: async (scene) => {
      const { name } = await typeAndLeave(
        scene,
        `setsid ${scene.python} -c 'import time; time.sleep(3600)' >/dev/null 2>&1 </dev/null &`,
      );
      await untilRuns(scene, /python -c import time/);
      await scene.user.closeTerminal(name);
      return typedNow();
    },
  },
  {
    name: "a loop that was left behind and writes to a cache now and then",
    must: "stop",
    act: async (scene) => {
      const { name } = await typeAndLeave(
        scene,
        "mkdir -p .cache",
        "setsid sh -c 'while :; do date >.cache/a.txt; sleep 2; done' >/dev/null 2>&1 </dev/null &",
      );
      await untilRuns(scene, /^sh -c while/);
      await scene.user.closeTerminal(name);
      return typedNow();
    },
  },
  {
    name: "a script run by a shell of a terminal",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, "bash -c 'while :; do sleep 1; done'"),
  },
  { name: "a shell within a shell, left open", must: "stop", act: leaving(() => "bash --norc", /bash --norc$/) },
  { name: "a Python prompt left open", must: "stop", act: leaving((python) => `${python} -q`, /python -q$/) },
  {
    name: "a Python prompt that sleeps in what somebody typed",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, `${scene.python} -q`, "import time; time.sleep(3600)"),
  },
  {
    name: "a silent script that is read from standard input",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, `echo 'import time; time.sleep(3600)' | ${scene.python} -`),
  },
  { name: "a pager left open", must: "stop", act: leaving(() => "seq 9999 | more", /^more$/) },
  {
    name: "a log that somebody follows and forgot",
    must: "stop",
    act: leaving(() => "touch log.bin; tail -f log.bin", /^tail -f log\.bin$/),
  },
  {
    name: "a monitor left open that draws every second",
    must: "stop",
    act: leaving((python) => `(exec -a top ${python} -c "${DRAWING}")`, /^top -c/),
  },
  {
    name: "a job that was put to sleep and never woken",
    must: "stop",
    act: leaving(() => "sleep 3600", /^sleep 3600$/, "\u001a"),
  },
  {
    name: "a job of a terminal that ended, counted from its end",
    must: "stop",
    act: async (scene) => {
      await typeAndLeave(scene, "sleep 8");
      await sleep(7000);
      return Date.now() - 1000;
    },
  },
  {
    name: "somebody who writes a notebook and runs nothing",
    must: "stay",
    because: /recently-active/,
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
  {
    name: "a GPU that computes",
    must: "stay",
    because: /busy-gpu/,
    act: (scene) => script(scene, "gpu", "echo 0; echo 87\n"),
  },
  {
    name: "a GPU at rest",
    must: "stop",
    act: async (scene) => {
      await script(scene, "gpu", "echo 0; echo 0\n");
      return (await scene.stage.account.describeApp(scene.space)).CreationTime?.getTime() ?? NaN;
    },
  },
  {
    name: "a GPU that cannot be asked, for its driver hangs",
    must: "stay",
    because: /unknown-activity/,
    act: (scene) => script(scene, "gpu", "exec sleep 3600\n"),
  },
  {
    name: "a Jupyter server that hangs",
    must: "stay",
    because: /unknown-activity/,
    act: ({ stage, space }) => {
      process.kill(stage.studio.app(space)?.pid ?? NaN, "SIGSTOP");
      return Promise.resolve();
    },
  },
  {
    name: "a kernel that never gets beyond starting",
    must: "stop",
    act: async ({ user, home }) => {
      const folder = join(home, ".local/share/jupyter/kernels/stuck");
      await mkdir(folder, { recursive: true });
      await writeFile(
        join(folder, "kernel.json"),
        JSON.stringify({ argv: ["sleep", "3600"], display_name: "Stuck", language: "none" }),
      );
      await user.startKernel("stuck");
      return Date.now() - 1000;
    },
  },
  {
    name: "a server without terminals",
    must: "stop",
    act: async ({ stage, space, home }) => {
      await mkdir(join(home, ".jupyter"), { recursive: true });
      await writeFile(
        join(home, ".jupyter/jupyter_server_config.json"),
        JSON.stringify({ ServerApp: { terminals_enabled: false } }),
      );
      await stage.account.deleteApp(space);
      while ((await stage.account.describeApp(space)).Status !== "Deleted") await sleep(100);
      const since = Date.now();
      await stage.account.startApp(space);
      return since;
    },
  },
];

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { COMPUTE, COMPUTING_SCRIPT, keepDoing, runCell, typeAndLeave, typedNow, type Situation } from "../gauntlet.ts";
import { leaving, script, untilRuns } from "./acting.ts";

/** What a monitor does: draws every second, for nobody. */
const DRAWING = "import time; [(print('load', flush=True), time.sleep(1)) for _ in iter(int, 1)]";

/** Work that no server knows of, and what looks like it. */
export const BESIDE_THE_SERVER: readonly Situation[] = [
  {
    name: "a thread that computes in an idle kernel",
    inCrossSection: true,
    must: "stay",
    because: /busy-cpu|busy-kernel/,
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
    inCrossSection: true,
    must: "stay",
    because: /busy-cpu|terminal-job/,
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
  {
    name: "a Python prompt left open",
    inCrossSection: true,
    must: "stop",
    act: leaving((python) => `${python} -q`, /python -q$/),
  },
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
    inCrossSection: true,
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
    inCrossSection: true,
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
    inCrossSection: true,
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
    inCrossSection: true,
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

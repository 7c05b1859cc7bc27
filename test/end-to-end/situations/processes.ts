import type { JupyterUser } from "../../browser/jupyter.ts";
import { computing, COMPUTING_SCRIPT, leaveBehind, putFile, runCell } from "./acting.ts";
import type { Situation } from "./situation.ts";

const ASKING = "import threading, time\ndef ask():\n  while True: time.sleep(0.5)\n";
const THREAD = (function_: string) => `threading.Thread(target=${function_}, daemon=True).start()`;

/** Work that no server knows of, and what looks like it. */
export const PROCESSES: readonly Situation<JupyterUser>[] = [
  {
    name: "a thread that computes in an idle kernel",
    must: "stay",
    because: /busy-cpu|busy-kernel/, // the thread keeps the kernel's loop from waiting in peace
    crossSection: ["jupyter"],
    act: (scene) =>
      runCell(scene, `import threading, time\ndef work():\n${computing(2, "time.sleep(0.16)")}${THREAD("work")}`),
  },
  {
    name: "an asyncio task that computes in an idle kernel",
    must: "stay",
    because: /busy-cpu|busy-kernel/,
    act: (scene) =>
      runCell(
        scene,
        `import asyncio, time\nasync def work():\n${computing(2, "await asyncio.sleep(0.16)")}` +
          "task = asyncio.get_running_loop().create_task(work())",
      ),
  },
  {
    name: "a process that an idle kernel started and that computes",
    must: "stay",
    because: /busy-cpu|terminal-job/,
    act: async (scene) => {
      await putFile(scene, "train.py", COMPUTING_SCRIPT);
      await runCell(scene, "import subprocess, sys; worker = subprocess.Popen([sys.executable, 'train.py'])");
    },
  },
  {
    name: "a thread that asks something every half second, in an idle kernel",
    must: "stay",
    because: /busy-kernel/,
    act: (scene) => runCell(scene, `${ASKING}${THREAD("ask")}`),
  },
  {
    name: "a nohup job that computes, its terminal closed for good",
    must: "stay",
    because: /busy-cpu|terminal-job/,
    act: async (scene) => {
      await putFile(scene, "train.py", COMPUTING_SCRIPT);
      await leaveBehind(scene, /train\.py$/, `nohup ${scene.python} train.py >/dev/null 2>&1 &`, "disown");
    },
  },
  {
    name: "a job in a session of its own that computes",
    must: "stay",
    because: /busy-cpu|terminal-job/,
    crossSection: ["jupyter"],
    act: async (scene) => {
      await putFile(scene, "train.py", COMPUTING_SCRIPT);
      await leaveBehind(scene, /train\.py$/, `setsid ${scene.python} train.py >/dev/null 2>&1 </dev/null &`);
    },
  },
];

import { setTimeout as sleep } from "node:timers/promises";
import { leaveBehind, putFile, SILENT, untilEnded, untilFile, type AnyUser } from "./acting.ts";
import type { Scene, Situation } from "./situation.ts";

/** Leaves a notebook behind that a program without a browser executes, its terminal shut down. */
async function executeNotebook(scene: Scene<AnyUser>, code: string): Promise<void> {
  const cell = { cell_type: "code", execution_count: null, id: "a", metadata: {}, outputs: [], source: code };
  const metadata = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
  await putFile(scene, "report.ipynb", JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 }));
  const command = `nohup ${scene.python} -m nbconvert --to notebook --execute report.ipynb --output done.ipynb`;
  await leaveBehind(scene, /ipykernel_launcher/, `${command} >nbconvert.log 2>&1 &`, "disown");
}

/** An extension of an editor with a kernel of its own: runs a cell in it, and lives on. */
const EXTENSION = (code: string) =>
  [
    "import subprocess, sys, time",
    "from jupyter_client import BlockingKernelClient",
    "from jupyter_client.connect import write_connection_file",
    "file, _ = write_connection_file('kernel-v3foreign.json')",
    "subprocess.Popen([sys.executable, '-m', 'ipykernel_launcher', f'--f={file}'], start_new_session=True)",
    "client = BlockingKernelClient(connection_file=file)",
    "client.load_connection_file()",
    "client.start_channels()",
    "def is_ready():", // a client takes a kernel that does not answer yet for dead
    "  try: return client.wait_for_ready(timeout=90) is None",
    "  except RuntimeError: return False",
    "while not is_ready(): time.sleep(1)",
    `client.execute(${JSON.stringify(code)})`,
    "while client.get_iopub_msg(timeout=90)['header']['msg_type'] != 'execute_input': pass",
    "open('executed', 'w').close()",
    "time.sleep(3600)",
  ].join("\n");

/** Has an extension run a cell in a kernel that the app's server does not know; answers when it was at it. */
async function runInEditor(scene: Scene<AnyUser>, code: string): Promise<number> {
  await putFile(scene, "extension.py", EXTENSION(code));
  await scene.user.startUnderServer(`cd ${scene.home} && exec ${scene.python} extension.py`);
  await untilFile(scene, "executed");
  return Date.now() - 1000;
}

/** Kernels that the app's server does not list: an editor's, and those of programs. */
export const UNLISTED_KERNELS: readonly Situation<AnyUser>[] = [
  {
    name: "a notebook that nbconvert executes, its terminal shut down",
    must: "stay",
    because: /busy-kernel|terminal-job/,
    act: (scene) => executeNotebook(scene, SILENT),
  },
  {
    name: "a notebook that nbconvert has executed",
    must: "stop",
    act: async (scene) => {
      await executeNotebook(scene, "import time; time.sleep(1)");
      await untilFile(scene, "done.ipynb");
      return untilEnded(scene, /nbconvert/);
    },
  },
  {
    name: "a kernel that an editor started, in a silent cell",
    must: "stay",
    because: /busy-kernel/,
    crossSection: ["code-editor"],
    act: (scene) => runInEditor(scene, SILENT),
  },
  {
    name: "a kernel that an editor started, in a cell that awaits",
    must: "stay",
    because: /busy-kernel/,
    act: (scene) => runInEditor(scene, "import asyncio; await asyncio.sleep(3600)"),
  },
  {
    name: "a kernel that an editor started, left idle",
    must: "stop",
    act: (scene) => runInEditor(scene, "1 + 1"),
  },
  {
    name: "a kernel that an editor started, counted from the end of its cell",
    must: "stop",
    act: async (scene) => {
      const started = await runInEditor(scene, "import time; time.sleep(8)");
      await sleep(8000);
      return started + 8000;
    },
  },
];

import { computing, putFile, untilRuns, type AnyUser } from "./acting.ts";
import type { Scene, Situation } from "./situation.ts";

/** Has the server's extension start a command, neither a kernel nor in a terminal; answers when it was seen. */
async function runUnderServer(scene: Scene<AnyUser>, command: string, running: RegExp): Promise<number> {
  await putFile(scene, "work.py", `import time\n${computing(0, "time.sleep(0.16)")}`);
  await scene.user.startUnderServer(`cd ${scene.home} && ${command}`);
  const since = Date.now() - 1000;
  await untilRuns(scene, running);
  return since;
}

/** What the Jupyter or the Code Editor server starts: AI assistants, test runs, helpers. */
export const UNDER_THE_SERVER: readonly Situation<AnyUser>[] = [
  {
    name: "a process under the server that computes, neither kernel nor terminal",
    must: "stay",
    because: /busy-cpu/,
    crossSection: ["jupyter"],
    act: (scene) => runUnderServer(scene, `exec ${scene.python} work.py`, /python work\.py$/),
  },
  {
    name: "a process under the server that computed and has ended",
    must: "stop",
    act: async (scene) => {
      const line = `timeout 9 ${scene.python} work.py`;
      return (await runUnderServer(scene, line, /python work\.py$/)) + 8000;
    },
  },
  {
    name: "a process under the server that waits",
    must: "stop",
    act: (scene) => runUnderServer(scene, "exec sleep 3600", /^sleep 3600$/),
  },
  {
    name: "a language server under the server that computes",
    must: "stop",
    act: (scene) => runUnderServer(scene, `bash -c 'exec -a pylsp ${scene.python} work.py'`, /^pylsp work/),
  },
  {
    name: "a test run under the server, of many short processes",
    must: "stay",
    because: /busy-cpu/,
    act: async (scene) => {
      await putFile(scene, "shard", "x".repeat(3_000_000));
      return runUnderServer(scene, "while :; do gzip -c shard >/dev/null; sleep .05; done", /^sh -c cd/);
    },
  },
];

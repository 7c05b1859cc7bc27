import { setTimeout as sleep } from "node:timers/promises";
import { leaveBehind, putFile, typeAndLeave, untilEnded, type AnyUser } from "./acting.ts";
import type { Scene, Situation } from "./situation.ts";

const DETACHED = ">/dev/null 2>&1 </dev/null &";

/** Leaves something behind in a terminal that is shut down, waits for its end; answers when it was last seen. */
async function leaveBehindUntilEnded(scene: Scene<AnyUser>, running: RegExp, line: string): Promise<number> {
  await leaveBehind(scene, running, line);
  return untilEnded(scene, running);
}

/** Jobs that outlive their terminal, what others run for them, and the same once it is done. */
export const LEFT_BEHIND: readonly Situation<AnyUser>[] = [
  {
    name: "a silent nohup job, its terminal shut down",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => leaveBehind(scene, /^sleep 3600$/, "nohup sleep 3600 >/dev/null 2>&1 &"),
  },
  {
    name: "a nohup job that has ended, its terminal shut down",
    must: "stop",
    act: (scene) => leaveBehindUntilEnded(scene, /^sleep 9$/, "nohup sleep 9 >/dev/null 2>&1 &"),
  },
  {
    name: "a silent job in a session of its own, its terminal shut down",
    must: "stay",
    because: /terminal-job/,
    act: (scene) =>
      leaveBehind(scene, /-c import time/, `setsid ${scene.python} -c 'import time; time.sleep(3600)' ${DETACHED}`),
  },
  {
    name: "a job in a session of its own that has ended, its terminal shut down",
    must: "stop",
    act: (scene) =>
      leaveBehindUntilEnded(
        scene,
        /-c import time/,
        `setsid ${scene.python} -c 'import time; time.sleep(9)' ${DETACHED}`,
      ),
  },
  {
    name: "many short commands in a session of their own, their terminal shut down",
    must: "stay",
    because: /busy-cpu|terminal-job/,
    act: async (scene) => {
      await putFile(scene, "shard", "x".repeat(3_000_000));
      const loop = "while :; do gzip -c shard >/dev/null; sleep .05; done";
      await leaveBehind(scene, /^sh -c while/, `setsid -f sh -c '${loop}'`);
    },
  },
  {
    name: "short commands in a session of their own that have ended",
    must: "stop",
    act: (scene) =>
      leaveBehindUntilEnded(
        scene,
        /^sh -c for/,
        "setsid -f sh -c 'for i in 1 2 3 4 5 6 7 8; do gzip -c /etc/passwd >/dev/null; sleep 1; done'",
      ),
  },
  {
    name: "a loop that was left behind and writes to a cache now and then",
    must: "stay",
    because: /terminal-job/,
    act: (scene) =>
      leaveBehind(
        scene,
        /^sh -c while/,
        "mkdir -p .cache",
        `setsid sh -c 'while :; do date >.cache/a.txt; sleep 2; done' ${DETACHED}`,
      ),
  },
  {
    name: "a silent job in a tmux that was detached, its terminal shut down",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => leaveBehind(scene, /^sleep 3600$/, "tmux -S away.sock new-session -d 'sleep 3600'"),
  },
  {
    name: "a tmux that was detached with a shell in it, its terminal shut down",
    must: "stop",
    act: (scene) => leaveBehind(scene, /^tmux -S/, "tmux -S away.sock new-session -d 'bash --norc'"),
  },
  {
    name: "what xargs runs in silence",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, "echo 3600 | xargs sleep"),
  },
  {
    name: "what xargs ran, and is done",
    must: "stop",
    act: async (scene) => {
      await typeAndLeave(scene, "echo 9 | xargs sleep");
      await sleep(1000);
      return untilEnded(scene, /^sleep 9$/);
    },
  },
  {
    name: "a silent job that calls itself by the name of a pager",
    must: "stay",
    because: /terminal-job/,
    act: (scene) =>
      leaveBehind(
        scene,
        /^less -c/,
        `setsid bash -c 'exec -a less ${scene.python} -c "import time; time.sleep(3600)"' ${DETACHED}`,
      ),
  },
];

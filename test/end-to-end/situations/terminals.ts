import { setTimeout as sleep } from "node:timers/promises";
import type { JupyterUser } from "../../browser/jupyter.ts";
import { typedNow } from "../../browser/typing.ts";
import { keepDoing, leaveOpen, typeAndLeave, untilEnded, untilRuns, type AnyUser } from "./acting.ts";
import type { Situation } from "./situation.ts";

/** Who types in a terminal, and the jobs that run in one. */
export const TERMINALS: readonly Situation<AnyUser>[] = [
  {
    name: "somebody who types in a terminal now and then",
    must: "stay",
    because: /recently-active|terminal-job/,
    crossSection: ["jupyter"],
    act: async (scene) => {
      const terminal = await scene.user.openTerminal();
      keepDoing(scene, 4000, () => {
        terminal.type("ls\r");
      });
    },
  },
  {
    name: "somebody who typed for a while, counted from the last line",
    must: "stop",
    act: async ({ user }) => {
      const terminal = await user.openTerminal();
      for (let line = 0; line < 4; line++) {
        await sleep(3000);
        terminal.type("ls\r");
      }
      return typedNow();
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
    crossSection: ["jupyter", "code-editor"],
    act: (scene) => typeAndLeave(scene, "sleep 3600 &"),
  },
  {
    name: "a script run by a shell of a terminal",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, "bash -c 'while :; do sleep 1; done'"),
  },
  {
    name: "a silent script that is read from standard input",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, `echo 'import time; time.sleep(3600)' | ${scene.python} -`),
  },
  {
    name: "a job that was put to sleep and never woken",
    must: "stop",
    act: leaveOpen(() => "sleep 3600", /^sleep 3600$/, "\u001a"),
  },
  {
    name: "a job of a terminal that ended, counted from its end",
    must: "stop",
    act: async (scene) => {
      await typeAndLeave(scene, "sleep 9");
      await untilRuns(scene, /^sleep 9$/);
      return untilEnded(scene, /^sleep 9$/);
    },
  },
];

/** What tabs of terminals do by themselves. */
export const TERMINAL_TABS: readonly Situation<JupyterUser>[] = [
  {
    name: "a terminal tab that reconnects and resizes all the time",
    must: "stop",
    crossSection: ["jupyter"],
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
];

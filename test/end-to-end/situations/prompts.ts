import { leaveOpen, putFile, SILENT, typeAndLeave, untilRuns, type AnyUser } from "./acting.ts";
import type { Situation } from "./situation.ts";

/** A program that asks its user something, then goes on in silence. */
const ASKS = 'input("Proceed ([y]/n)? ")\nimport time\ntime.sleep(3600)\n';
const BREAKS = "import time\nbreakpoint()\ntime.sleep(3600)\n";
/** A program at a question to its user, with a thread that looks after something meanwhile. */
const LOOKS_MEANWHILE = `import threading, time
def look():
    while True: time.sleep(1)
threading.Thread(target=look, daemon=True).start()
input("Press Enter to stop ")
`;
const EDITORS_SHELL = "bash --init-file ./shellIntegration-bash.sh";

/** What is left open in a terminal and waits for its user, and what only looks like it. */
export const PROMPTS: readonly Situation<AnyUser>[] = [
  { name: "a shell within a shell, left open", must: "stop", act: leaveOpen(() => "bash --norc", /bash --norc$/) },
  {
    name: "a shell as an editor opens it, left at its prompt",
    must: "stop",
    act: async (scene) => {
      await putFile(scene, "shellIntegration-bash.sh", "PS1='$ '\n");
      return leaveOpen(() => EDITORS_SHELL, /bash --init-file/)(scene);
    },
  },
  {
    name: "a silent job in a shell as an editor opens it",
    must: "stay",
    because: /terminal-job/,
    act: async (scene) => {
      await putFile(scene, "shellIntegration-bash.sh", "PS1='$ '\n");
      await typeAndLeave(scene, EDITORS_SHELL, "sleep 3600");
      await untilRuns(scene, /^sleep 3600$/);
    },
  },
  {
    name: "a Python prompt left open",
    must: "stop",
    crossSection: ["jupyter"],
    act: leaveOpen((python) => `${python} -q`, /python -q$/),
  },
  {
    name: "a Python prompt that sleeps in what somebody typed",
    must: "stay",
    because: /terminal-job/,
    crossSection: ["jupyter"],
    act: (scene) => typeAndLeave(scene, `${scene.python} -q`, SILENT),
  },
  {
    name: "a Python prompt that awaits in what somebody typed",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, `${scene.python} -q`, "import asyncio; asyncio.run(asyncio.sleep(3600))"),
  },
  {
    name: "an IPython prompt left open",
    must: "stop",
    act: leaveOpen((python) => `${python} -m IPython --no-banner`, /IPython --no-banner$/),
  },
  {
    name: "a program left at a question to its user",
    must: "stop",
    act: async (scene) => {
      await putFile(scene, "install.py", ASKS);
      return leaveOpen((python) => `${python} install.py`, /install\.py$/)(scene);
    },
  },
  {
    name: "a program at a question to its user, whose thread looks again and again",
    must: "stay",
    because: /terminal-job/,
    act: async (scene) => {
      await putFile(scene, "watcher.py", LOOKS_MEANWHILE);
      await typeAndLeave(scene, `${scene.python} watcher.py`);
    },
  },
  {
    name: "a program whose question was answered and that goes on in silence",
    must: "stay",
    because: /terminal-job/,
    act: async (scene) => {
      await putFile(scene, "install.py", ASKS);
      await typeAndLeave(scene, `${scene.python} install.py`, "y");
    },
  },
  {
    name: "a debugger left at its prompt",
    must: "stop",
    act: async (scene) => {
      await putFile(scene, "bug.py", BREAKS);
      return leaveOpen((python) => `${python} bug.py`, /bug\.py$/)(scene);
    },
  },
  {
    name: "a program that goes on under its debugger",
    must: "stay",
    because: /terminal-job/,
    act: async (scene) => {
      await putFile(scene, "bug.py", BREAKS);
      await typeAndLeave(scene, `${scene.python} bug.py`, "c");
    },
  },
  {
    name: "a pager left open",
    must: "stop",
    crossSection: ["jupyter"],
    act: leaveOpen(() => "seq 9999 | more", /^more$/),
  },
  {
    name: "a command's long output in a pager left open",
    must: "stop",
    act: leaveOpen(() => "seq 999999 | less", /^less$/),
  },
  {
    name: "a command that still works behind a pager",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, "(sleep 3600; seq 9) | less"),
  },
  {
    name: "an editor left open",
    must: "stop",
    act: leaveOpen(() => "vim -u NONE notes.txt", /^vim -u NONE/),
  },
  {
    name: "an editor that runs a command for its user",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, "vim -u NONE -c '!sleep 3600' notes.txt"),
  },
  {
    name: "a log that somebody follows and forgot",
    must: "stop",
    act: leaveOpen(() => "touch log.bin; tail -f log.bin", /^tail -f log\.bin$/),
  },
  {
    name: "a monitor left open that draws every second",
    must: "stop",
    act: leaveOpen(() => "top -d 1", /^top -d 1$/),
  },
  {
    name: "what watch repeats, and nobody looks at",
    must: "stop",
    act: leaveOpen(() => "watch -n 1 date", /^watch -n 1 date$/),
  },
  {
    name: "what watch runs, and is not done soon",
    must: "stay",
    because: /terminal-job/,
    act: (scene) => typeAndLeave(scene, "watch -n 1 sleep 3600"),
  },
];

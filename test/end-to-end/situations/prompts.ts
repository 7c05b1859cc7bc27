import type { JupyterUser } from "../../browser/jupyter.ts";
import { leaveOpen, SILENT, typeAndLeave } from "./acting.ts";
import type { Situation } from "./situation.ts";

/** What a monitor does: draws every second, for nobody. */
const DRAWING = "import time; [(print('load', flush=True), time.sleep(1)) for _ in iter(int, 1)]";

/** What is left open in a terminal and waits for its user, and what only looks like it. */
export const PROMPTS: readonly Situation<JupyterUser>[] = [
  { name: "a shell within a shell, left open", must: "stop", act: leaveOpen(() => "bash --norc", /bash --norc$/) },
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
    name: "a pager left open",
    must: "stop",
    crossSection: ["jupyter"],
    act: leaveOpen(() => "seq 9999 | more", /^more$/),
  },
  {
    name: "a log that somebody follows and forgot",
    must: "stop",
    act: leaveOpen(() => "touch log.bin; tail -f log.bin", /^tail -f log\.bin$/),
  },
  {
    name: "a monitor left open that draws every second",
    must: "stop",
    act: leaveOpen((python) => `(exec -a top ${python} -c "${DRAWING}")`, /^top -c/),
  },
];

import type { JupyterUser } from "../../browser/jupyter.ts";
import { leaveOpen, SILENT, startCell, typeAndLeave } from "./acting.ts";
import type { Situation } from "./situation.ts";

const set = { hungAfter: 24 };

/** Work that hangs, where the policy lets none hang for long, and work that shows a sign of life now and then. */
export const HUNG: readonly Situation<JupyterUser>[] = [
  {
    name: "a cell that has hung for longer than the policy allows",
    must: "stop",
    set,
    crossSection: ["jupyter"],
    act: async (scene) => {
      await startCell(scene, SILENT);
      return Date.now() - 1000;
    },
  },
  {
    name: "a cell that computes now and then, where what hangs is stopped",
    must: "stay",
    because: /busy-kernel/,
    set,
    act: (scene) => startCell(scene, "import time\nwhile True: sum(range(10**6)); time.sleep(3)"),
  },
  {
    name: "a terminal job that has hung for longer than the policy allows",
    must: "stop",
    set,
    act: leaveOpen(() => "sleep 3600", /^sleep 3600$/),
  },
  {
    name: "a terminal job that computes now and then, where what hangs is stopped",
    must: "stay",
    because: /terminal-job/,
    set,
    act: (scene) => typeAndLeave(scene, "while :; do seq 300000 >/dev/null; sleep 3; done"),
  },
];

import Table from "cli-table3";
import { createLogUpdate } from "log-update";
import type { VerdictLine } from "../../lib/sweep/announce.ts";
import { duration } from "../../lib/policy/time.ts";
import type { Situation } from "./situations.ts";

export type Row = { readonly situation: Situation; readonly line: VerdictLine | undefined };

/** Shows the apps as they are now: redrawn in place on a terminal, elsewhere printed where a verdict changed. */
export function createView(out: NodeJS.WriteStream): { show(rows: readonly Row[], title: string): void; end(): void } {
  const redraw = createLogUpdate(out);
  let last = "";
  return {
    show(rows, title) {
      if (out.isTTY) {
        redraw(`${title}\n${draw(rows)}`);
        return;
      }
      const verdicts = rows.map(({ line }) => `${line?.reason ?? "gone"} ${line?.outcome ?? ""}`).join();
      if (verdicts !== last) out.write(`${title}\n${draw(rows)}\n`);
      last = verdicts;
    },
    end() {
      redraw.done();
    },
  };
}

function draw(rows: readonly Row[]): string {
  const table = new Table({
    head: ["app", "what goes on there", "idle", "verdict", "reason"],
    style: { head: [], border: [] },
    colWidths: [17, 32, 9, 9, 46],
    wordWrap: true,
  });
  for (const { situation, line } of rows) table.push([situation.space, situation.story, ...cells(line)]);
  return table.toString();
}

function cells(line: VerdictLine | undefined): string[] {
  if (!line) return ["", "gone", "deleted; it bills no longer"];
  const idle = line.idleSeconds === null ? "" : duration(line.idleSeconds);
  const verdict = line.outcome === "kept" ? "keep" : line.outcome;
  return [idle, verdict, `${line.reason}: ${line.detail}`];
}

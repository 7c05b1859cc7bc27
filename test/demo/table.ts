import { clearScreenDown, moveCursor } from "node:readline";
import { styleText } from "node:util";
import Table from "cli-table3";
import type { VerdictLine } from "../../lib/sweep/log-lines.ts";
import { duration } from "../../lib/policy/time.ts";
import type { Situation } from "./situations.ts";

/**
 * A situation, and the last that a sweep said of its app before the app was stopped; nothing until a sweep has seen it.
 */
export type Row = { readonly situation: Situation; readonly line: VerdictLine | undefined };

/** Where the table goes: a terminal, or whatever else is a command's output. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** How wide a table may be: wider than 140 it is hard to read. */
const [NARROWEST, WIDEST] = [60, 140];
const WIDTH_ELSEWHERE = 100;
/** From this width on there is room for what goes on in each app. */
const TELLS_STORIES = 96;

/** The columns whose texts are short, and a frame's line; the stories and the reasons share what is left. */
const [APP, IDLE, VERDICT, LINE] = [17, 8, 9, 1];

/** Only the head is set apart by a line. */
const NO_LINE_ABOVE = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };

/** What shows the apps after each sweep, and once more at the end. */
export type View = { readonly show: (rows: readonly Row[], sweeps: number) => void; readonly end: () => void };

/**
 * On a terminal a table that is redrawn in place; elsewhere a line for each change of a verdict, and the table at the
 * end.
 */
export function createView(out: Output): View {
  return out.isTTY ? redrawn(out) : appended(out);
}

function redrawn(out: Output): View {
  let height = 0;
  return {
    show(rows, sweeps) {
      const text = `\nAfter sweep ${sweeps}:\n${draw(rows, out)}\n`;
      moveCursor(out, 0, -height);
      clearScreenDown(out);
      out.write(text);
      height = text.split("\n").length - 1;
    },
    end() {
      height = 0;
    },
  };
}

function appended(out: Output): View {
  let last: readonly Row[] = [];
  const said = (row: Row | undefined): string => `${row?.line?.reason ?? ""} ${row?.line?.outcome ?? ""}`;
  return {
    show(rows, sweeps) {
      for (const [i, row] of rows.entries()) {
        if (said(row) === said(last[i])) continue;
        const app = row.situation.space.padEnd(APP - 2);
        out.write(`sweep ${sweeps}: ${app}  ${verdict(row.line, out).padEnd(VERDICT - 2)}  ${reason(row.line)}\n`);
      }
      last = rows;
    },
    end() {
      out.write(`\n${draw(last, out)}\n`);
    },
  };
}

/** A column of a table: as wide as this, its frame's line not counted, with a text for each row. */
export type Column = { readonly head: string; readonly width: number; readonly texts: readonly string[] };

/** How wide a table may be where it is shown. */
export function widthFor(out: Output): number {
  // A line that fills a terminal to its last column would make redrawing lose the next one.
  return Math.min(Math.max((out.columns ?? WIDTH_ELSEWHERE + 1) - 1, NARROWEST), WIDEST);
}

function draw(rows: readonly Row[], out: Output): string {
  const width = widthFor(out);
  const left = width - APP - IDLE - VERDICT - 5 * LINE;
  const story = width < TELLS_STORIES ? 0 : Math.round(left * 0.36);
  return drawColumns([
    { head: "app", width: APP, texts: rows.map(({ situation }) => situation.space) },
    { head: "what goes on there", width: story, texts: rows.map(({ situation }) => situation.story) },
    { head: "idle", width: IDLE, texts: rows.map(({ line }) => idleTime(line)) },
    { head: "verdict", width: VERDICT, texts: rows.map(({ line }) => verdict(line, out)) },
    { head: "reason", width: left - story - (story && LINE), texts: rows.map(({ line }) => reason(line)) },
  ]);
}

/** A table of these columns without those that have no width. */
export function drawColumns(all: readonly Column[]): string {
  const columns = all.filter(({ width }) => width > 0);
  const table = new Table({
    head: columns.map(({ head }) => head),
    style: { head: [], border: [] },
    colWidths: columns.map(({ width }) => width),
    wordWrap: true,
  });
  columns[0]?.texts.forEach((_, i) => {
    const cells = columns.map(({ texts }) => ({ content: texts[i], ...(i > 0 && { chars: NO_LINE_ABOVE }) }));
    table.push(cells);
  });
  return table.toString();
}

const idleTime = (line: VerdictLine | undefined): string =>
  line === undefined || line.idleSeconds === null ? "" : duration(line.idleSeconds);

const reason = (line: VerdictLine | undefined): string => (line ? `${line.reason}: ${line.detail}` : "starts");

function verdict(line: VerdictLine | undefined, out: Output): string {
  if (!line) return "";
  const [colour, word] = line.outcome === "kept" ? (["green", "keep"] as const) : (["red", line.outcome] as const);
  return styleText(colour, word, { stream: out });
}

import { styleText } from "node:util";
import { drawColumns, widthFor, type Output } from "../demo/table.ts";
import { judgeOutcome, type Fate } from "./outcome.ts";
import type { Played } from "./play.ts";

/** The columns whose texts are short, and all frames' lines; what went on and what was said last share what is left. */
const [APP, ACTIVITY, STOPPED, RIGHT, LINES] = [19, 10, 12, 9, 7];

/** What became of each app, and whether that is right. */
export function drawOutcomes(outcomes: readonly Played[], timeoutSeconds: number, out: Output): string {
  const left = widthFor(out) - APP - ACTIVITY - STOPPED - RIGHT - LINES;
  const story = Math.round(left * 0.45);
  const judged = outcomes.map((one) => ({ ...one, ...judgeOutcome(one, timeoutSeconds) }));
  return drawColumns([
    { head: "app", width: APP, texts: judged.map(({ app }) => app.name) },
    { head: "what went on there", width: story, texts: judged.map(({ app }) => app.story) },
    { head: "last act", width: ACTIVITY, texts: judged.map(({ lastActivityAt }) => clock(lastActivityAt)) },
    { head: "stopped", width: STOPPED, texts: judged.map(({ fate, lastActivityAt }) => stop(fate, lastActivityAt)) },
    { head: "", width: RIGHT, texts: judged.map(({ isRight }) => mark(isRight, out)) },
    {
      head: "why",
      width: left - story,
      texts: judged.map(({ isRight, why, line }) => (isRight ? why : `${why} (${line?.reason ?? "never judged"})`)),
    },
  ]);
}

/** The time of day in UTC. */
export function clock(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(11, 19) : "never";
}

/** How long after the last activity an app was stopped. */
function stop(fate: Fate, lastActivityAt: number): string {
  switch (fate.kind) {
    case "stopped":
      return `${Math.round((fate.at - lastActivityAt) / 1000)} s after`;
    case "kept":
      return "kept";
    case "gone":
    case "failed":
      return fate.kind;
  }
}

function mark(isRight: boolean, stream: Output): string {
  return isRight ? styleText("green", "right", { stream }) : styleText("red", "WRONG", { stream });
}

import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { VerdictLine } from "../../lib/sweep/log-lines.ts";
import { parseAppKey } from "../../lib/domain/app.ts";
import { SITUATIONS } from "./situations.ts";
import { createView, type Output, type Row } from "./table.ts";

const app = parseAppKey("d-1/space/s/JupyterLab/default");
assert.ok(app);
const line: VerdictLine = {
  app,
  verdict: "keep",
  reason: "recently-active",
  detail: "kernels idle for 24 s of 25 s at its last heartbeat; the next one must confirm the rest",
  outcome: "kept",
  agent: "live",
  idleSeconds: 119,
  eligibleAt: null,
  user: "ada",
  rule: "defaults",
  policyVersion: 1,
  idle: {},
};
const rows: readonly Row[] = SITUATIONS.map((situation, i) => ({
  situation,
  line: [undefined, line, { ...line, outcome: "stopped" }][i % 3],
}));

/** What a view writes for some showings, and for its end. */
function shown(output: Pick<Output, "isTTY" | "columns">, ...showings: readonly (readonly Row[])[]): string {
  let written = "";
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  const view = createView(Object.assign(sink, output));
  for (const [i, showing] of showings.entries()) view.show(showing, i + 1);
  view.end();
  return written;
}

describe("the demo's table", () => {
  for (const columns of [80, 100, 120, 200]) {
    it(`fits a terminal of ${columns} columns`, () => {
      const widths = stripVTControlCharacters(shown({ isTTY: true, columns }, rows))
        .split("\n")
        .map((text) => text.length);
      assert.equal(Math.max(...widths), Math.min(columns - 1, 140));
    });
  }

  it("tells what goes on in each app where there is room", () => {
    const told = [80, 96, 97].map((columns) => shown({ isTTY: true, columns }, rows).includes("what goes on"));
    assert.deepEqual(told, [false, false, true]);
  });

  it("takes the place of the former one on a terminal", () => {
    const height = shown({ isTTY: true, columns: 100 }, rows).split("\n").length - 1;
    assert.ok(shown({ isTTY: true, columns: 100 }, rows, rows).includes(`\u001b[${height}A\u001b[0J\nAfter sweep 2:`));
  });

  it("comes once, at the end, with at most 100 columns and no control characters, where there is no terminal", () => {
    const text = shown({}, rows, rows);
    assert.equal(stripVTControlCharacters(text), text);
    const table = text.split("\n").filter((one) => /^[┌│├└]/.test(one));
    assert.equal(table.filter((one) => one.startsWith("┌")).length, 1);
    assert.equal(Math.max(...table.map(({ length }) => length)), 100);
  });

  it("is preceded by a line for each change of a verdict where there is no terminal", () => {
    const later = rows.map((row) => ({ ...row, line: row.line && { ...row.line, idleSeconds: 120 } }));
    const changed = rows.map((row) => ({ ...row, line: row.line && { ...row.line, outcome: "stopped" } }));
    const lines = shown({}, rows, later, changed)
      .split("\n")
      .filter((one) => one.startsWith("sweep"));
    assert.deepEqual(
      lines.map((one) => one.split(/:? +/, 4).slice(1).join(" ")),
      [
        "1 idle-notebook keep",
        "1 silent-training stopped",
        "1 comes-back keep",
        "3 idle-notebook stopped",
        "3 comes-back stopped",
      ],
    );
  });

  it("gives every duration its unit", () => {
    assert.match(shown({}, rows), /│ 119 s +│ keep/);
  });
});

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as v from "valibot";
import { Figures } from "./scale-figures.ts";
import { fillIn } from "./scale-tables.ts";

const DOCS = join(import.meta.dirname, "../../docs");

describe("docs/scale.md", () => {
  it("shows the figures of docs/scale/figures.json: `npm run bench -- --only scale` writes both", async () => {
    const page = await readFile(join(DOCS, "scale.md"), "utf8");
    const figures = v.parse(Figures, JSON.parse(await readFile(join(DOCS, "scale/figures.json"), "utf8")));
    assert.equal(fillIn(page, figures), page);
  });

  it("has no block that nothing fills", () => {
    const page = "<!-- figures: weather -->\n<!-- end of figures -->";
    assert.throws(() => fillIn(page, { sweeps: [], custodian: [], days: [], costs: [] }), /a block for "weather"/);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { countBefore, takeSnapshot, type SourceSnapshot } from "../../../lib/sweep/source-snapshots.ts";
import { NOW } from "../builders.ts";

const HOURS = 3600;
const count = (apps: number, reporting = apps) => ({ apps, reporting });
const snapshot = (hoursAgo: number, counts: Readonly<Record<string, ReturnType<typeof count>>>): SourceSnapshot => ({
  takenAt: secondsAfter(NOW, -hoursAgo * HOURS),
  counts: new Map(Object.entries(counts)),
});

describe("a snapshot of what the fleet reports", () => {
  const six = new Map([["JupyterLab/kernels", count(6)]]);
  const last = snapshot(3, { "JupyterLab/kernels": count(40), "CodeEditor/editor": count(10) });

  it("is taken where there is none, of what more than five apps report", () => {
    const counts = new Map([...six, ["CodeEditor/editor", count(5)] as const]);
    assert.deepEqual(takeSnapshot([], counts, NOW), [{ takenAt: NOW, counts: six }]);
    assert.deepEqual(takeSnapshot([], new Map([["CodeEditor/editor", count(5)]]), NOW), []);
  });

  it("is taken three hours after the last one, which stays beside it, and no former one does", () => {
    const former = snapshot(6, { "JupyterLab/kernels": count(9) });
    const [kept, taken, ...more] = takeSnapshot([former, last], six, NOW);
    assert.deepEqual([kept, taken?.takenAt, more], [last, NOW, []]);
  });

  it("is not taken a second earlier", () => {
    const snapshots = [last];
    assert.equal(takeSnapshot(snapshots, six, secondsAfter(NOW, -1)), snapshots);
  });

  it("keeps of the last one what too few apps report now", () => {
    const [, taken] = takeSnapshot([last], six, NOW);
    assert.deepEqual(
      taken?.counts,
      new Map([
        ["JupyterLab/kernels", count(6)],
        ["CodeEditor/editor", count(10)],
      ]),
    );
  });

  it("counts for what was reported before, the oldest that can tell", () => {
    const few = snapshot(6, { a: count(5), b: count(9, 3) });
    const many = snapshot(3, { a: count(8), b: count(20) });
    assert.deepEqual(
      ["a", "b", "c"].map((key) => countBefore([few, many], key)),
      [count(8), count(9, 3), undefined],
    );
  });
});

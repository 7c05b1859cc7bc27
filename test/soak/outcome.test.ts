import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDecided, judgeOutcome, type Fate, type Outcome } from "./outcome.ts";

const TIMEOUT = 1200;
const after = (seconds: number): number => seconds * 1000;
const stopped = (seconds: number): Fate => ({ kind: "stopped", at: after(seconds) });
const kept = (seconds: number): Fate => ({ kind: "kept", at: after(seconds) });
const idle = (fate: Fate): Outcome => ({ must: "stop", lastActivityAt: 0, fate });
const atWork = (fate: Fate): Outcome => ({ must: "stay", lastActivityAt: 0, fate });

describe("an outcome is right where an idle app stops in time and one at work stays", () => {
  const cases: readonly [name: string, outcome: Outcome, isRight: boolean, why: RegExp][] = [
    ["idle, stopped at its timeout", idle(stopped(1200)), true, /in time/],
    ["idle, stopped two minutes after it", idle(stopped(1320)), true, /in time/],
    ["idle, stopped a second too late", idle(stopped(1321)), false, /^2 min 1 s after the timeout$/],
    ["idle, stopped a second early", idle(stopped(1199)), false, /^1 s early$/],
    ["idle, still there", idle(kept(1500)), false, /^idle for 25 min, and still there$/],
    ["at work, kept", atWork(kept(1500)), true, /^kept$/],
    ["at work, stopped, however late", atWork(stopped(9000)), false, /at work/],
    ["idle, ended by something else", idle({ kind: "gone", status: "Failed" }), false, /Failed/],
    ["at work, ended by something else", atWork({ kind: "gone", status: "Deleted" }), false, /Deleted/],
    ["idle, not acted out", idle({ kind: "failed", error: "no kernel" }), false, /no kernel/],
    ["at work, not acted out", atWork({ kind: "failed", error: "no kernel" }), false, /no kernel/],
  ];
  for (const [name, outcome, isRight, why] of cases) {
    it(name, () => {
      const judgement = judgeOutcome(outcome, TIMEOUT);
      assert.equal(judgement.isRight, isRight);
      assert.match(judgement.why, why);
    });
  }
});

describe("the soak waits for an app until nothing can change its outcome", () => {
  const started = { startedAt: after(100), timeoutSeconds: TIMEOUT };
  const cases: readonly [name: string, outcome: Outcome, decided: boolean][] = [
    ["idle, within its time", idle(kept(1320)), false],
    ["idle, past its time", idle(kept(1321)), true],
    ["at work for less than the time an idle one has", atWork(kept(1420)), false],
    ["at work for longer", atWork(kept(1421)), true],
    ["stopped", atWork(stopped(5)), true],
    ["not acted out", idle({ kind: "failed", error: "no kernel" }), true],
  ];
  for (const [name, outcome, decided] of cases) {
    it(name, () => {
      assert.equal(isDecided(outcome, started), decided);
    });
  }
});

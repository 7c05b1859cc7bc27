import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { App } from "../../../lib/domain/app.ts";
import type { AgentState } from "../../../lib/policy/coverage.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { keep, type Verdict } from "../../../lib/policy/verdict.ts";
import type { Judged, Report } from "../../../lib/sweep/report.ts";
import { VerdictLog } from "../../../lib/sweep/verdict-log.ts";
import { aPolicy, NOW } from "../builders.ts";
import { inSpace } from "./apps-in-spaces.ts";

const busy = keep("busy-kernel", "a kernel is busy");
const idle: Verdict = {
  verdict: "stop",
  reason: "idle",
  detail: "kernels idle",
  why: "idle",
  idleSeconds: 4000,
  eligibleAt: NOW,
};
const spaceOf = (app: unknown) => (typeof app === "string" ? app.split("/")[2] : undefined);
const judged = (app: App, verdict: Verdict = busy, agent: AgentState = "live"): Judged => ({
  app,
  agent,
  idle: undefined,
  policy: aPolicy(),
  verdict,
  outcome: verdict.verdict === "keep" ? "kept" : "stopped",
});

describe("the log of verdicts", () => {
  let lines: string[];
  let log: VerdictLog;
  const logger = {
    info: (message: string, fields: Readonly<Record<string, unknown>>) =>
      void lines.push([message, spaceOf(fields["app"]), fields["reason"]].filter(Boolean).join(" ")),
    error: (message: string, error: Error) => void lines.push(`${message} ${error.message}`),
  };
  /** What a sweep logs that found these apps, so many seconds after the first one. */
  function logged(all: readonly Judged[], secondsLater = 60, failures: readonly Error[] = []): readonly string[] {
    lines = [];
    const report: Report = {
      mode: "live",
      breaker: undefined,
      policyVersion: 1,
      userOf: () => undefined,
      judged: all,
      warningsGiven: 0,
      heartbeatsForgotten: 0,
      quotaShareUsed: 0,
      seconds: 1,
      failures,
    };
    log.write(logger, report, secondsAfter(NOW, secondsLater));
    return lines;
  }
  beforeEach(() => {
    log = new VerdictLog();
  });

  it("names each app at the first sweep, and only what changed at the next", () => {
    const [steady, changing] = [inSpace("steady"), inSpace("changing")];
    assert.deepEqual(logged([judged(steady), judged(changing)], 0), [
      "verdict steady busy-kernel",
      "verdict changing busy-kernel",
      "sweep",
    ]);
    assert.deepEqual(logged([judged(steady), judged(changing, idle)]), ["verdict changing idle", "sweep"]);
    assert.deepEqual(logged([judged(steady), judged(changing, idle)], 7200), ["sweep"]);
  });

  it("names an app anew that was created anew under its name", () => {
    logged([judged(inSpace("phoenix"))], 0);
    assert.deepEqual(logged([judged(inSpace("phoenix", { createdAt: NOW }))]), [
      "verdict phoenix busy-kernel",
      "sweep",
    ]);
  });

  it("names an app anew whose agent is heard at last, though the verdict is the same", () => {
    const [app, young] = [inSpace("newcomer"), keep("young", "younger than a day")];
    logged([judged(app, young, "none")], 0);
    assert.deepEqual(logged([judged(app, young, "live")]), ["verdict newcomer young", "sweep"]);
  });

  it("says once of an app that it is gone", () => {
    const app = inSpace("leaver");
    logged([judged(app)], 0);
    assert.deepEqual(logged([]), ["gone leaver", "sweep"]);
    assert.deepEqual(logged([], 120), ["sweep"]);
  });

  for (const agent of ["none", "dead", "unreadable", "incomplete"] as const) {
    it(`names an app again each hour, and not before, whose agent is ${agent}`, () => {
      const app = judged(inSpace("unheard"), keep("no-heartbeat", "no heartbeat"), agent);
      assert.deepEqual(logged([app], 0), ["verdict unheard no-heartbeat", "sweep"]);
      assert.deepEqual(logged([app], 3599), ["sweep"]);
      assert.deepEqual(logged([app], 3600), ["verdict unheard no-heartbeat", "sweep"]);
      assert.deepEqual(logged([app], 7199), ["sweep"]);
    });
  }

  it("logs each failure before the summary", () => {
    assert.deepEqual(logged([], 0, [new Error("stopping a"), new Error("stopping b")]), [
      "failure stopping a",
      "failure stopping b",
      "sweep",
    ]);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { AgentState } from "../../../lib/policy/coverage.ts";
import { InvalidPolicy } from "../../../lib/policy/document.ts";
import type { Outcome } from "../../../lib/policy/outcome.ts";
import { keep, type Verdict } from "../../../lib/policy/verdict.ts";
import { emitFailure, emitReport, emitSkipped } from "../../../lib/sweep/emit-metrics.ts";
import type { Judged } from "../../../lib/sweep/report.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { aHeartbeat, anAccountPolicy, anApp, aPolicy, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow } from "./apps-in-spaces.ts";

/** What is emitted with these arguments, by name. */
const emitted = <A extends readonly unknown[]>(emit: (metrics: Metrics, ...of: A) => void, ...of: A) => {
  const metrics = new Metrics({ serviceName: "studio-reaper", namespace: "StudioReaper" });
  emit(metrics, ...of);
  const { _aws, service, ...values } = metrics.serializeMetrics();
  assert.equal(service, "studio-reaper");
  assert.equal(_aws.CloudWatchMetrics.length, 1);
  return values;
};

it("stops that a dry run holds back are no held stops, since nobody waits for them", async () => {
  for (const [mode, held] of [
    ["live", 100],
    ["dry-run", 0],
  ] as const) {
    const apps = Array.from({ length: 100 }, (_, i) => anApp({ owner: { kind: "space", name: `app${i}` } }));
    const readings = new Map(apps.map(({ key }) => [key, aHeartbeat()]));
    const { ports } = fakeAccount({ apps, readings, policy: anAccountPolicy({ mode }) });
    const report = await sweep(ports, atNow);
    assert.partialDeepStrictEqual(emitted(emitReport, report), { StopsHeld: held, AppsIdle: 100 });
  }
});

describe("the metrics of a sweep", () => {
  const stop: Verdict = { verdict: "stop", reason: "idle", detail: "", why: "", idleSeconds: 1, eligibleAt: NOW };
  const judged = (agent: AgentState, outcome: Outcome, verdict: Verdict = stop): Judged => ({
    app: anApp(),
    agent,
    idle: undefined,
    policy: aPolicy(),
    verdict,
    outcome,
  });

  it("count its apps by what is heard of their agents, and by what came of them", async () => {
    const report = await sweep(fakeAccount({}).ports, atNow);
    const all = [
      judged("live", "stopped"),
      judged("live", "stopped"),
      judged("live", "over-budget"),
      judged("incomplete", "breaker"),
      judged("dead", "failed"),
      judged("live", "kept", keep("warned", "")),
      judged("none", "kept", keep("no-heartbeat", "")),
      judged("unreadable", "kept", keep("bad-heartbeat", "")),
      judged("not-watched", "kept", keep("not-covered", "")),
    ];
    const failures = [new Error("one"), new Error("another")];
    const values = emitted(emitReport, { ...report, judged: all, failures, seconds: 2.5, quotaShareUsed: 0.25 });
    assert.deepEqual(values, {
      AppsRunning: 8,
      AppsReporting: 5,
      AppsIdle: 5,
      AppsStopped: 2,
      StopsHeld: 2,
      HeartbeatsUnreadable: 2,
      PolicyInvalid: 0,
      SweepFailures: 2,
      SweepSeconds: 2.5,
      QuotaShareUsed: 25,
    });
  });

  it("are its share of the quotas alone where another was at work", () => {
    assert.deepEqual(emitted(emitSkipped, 0.5), { QuotaShareUsed: 50 });
  });

  it("name an invalid policy where that was why it failed", () => {
    const after = (error: Error) => emitted(emitFailure, error, 3);
    assert.deepEqual(after(new InvalidPolicy("no")), { PolicyInvalid: 1, SweepFailures: 1, SweepSeconds: 3 });
    assert.deepEqual(after(new Error("no")), { SweepFailures: 1, SweepSeconds: 3 });
  });
});

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as v from "valibot";
import { alarmResources } from "../../../lib/operations/alarms.ts";
import { NAMESPACE } from "../../../lib/domain/metrics.ts";
import type { OperationsSettings } from "../../../lib/operations/settings.ts";
import { leastSettings, operationsSettings } from "./builders.ts";
import { emittedBySweep, metricKey } from "./emitted.ts";

const HOUR = 3600;
const DAY = 86_400;

const Dimensions = v.array(v.object({ Name: v.string(), Value: v.string() }));
const Metric = v.object({ Namespace: v.string(), MetricName: v.string(), Dimensions });
const Query = v.looseObject({
  Id: v.string(),
  ReturnData: v.boolean(),
  Expression: v.optional(v.string()),
  MetricStat: v.optional(v.object({ Metric, Period: v.number(), Stat: v.string() })),
});
const Alarm = v.looseObject({
  AlarmName: v.string(),
  AlarmDescription: v.string(),
  EvaluationPeriods: v.number(),
  DatapointsToAlarm: v.optional(v.number()),
  TreatMissingData: v.picklist(["breaching", "notBreaching", "ignore", "missing"]),
  ComparisonOperator: v.picklist(["GreaterThanOrEqualToThreshold", "LessThanThreshold"]),
  Threshold: v.number(),
  Period: v.optional(v.number()),
  Statistic: v.optional(v.picklist(["Minimum", "Maximum", "Sum", "SampleCount"])),
  Metrics: v.optional(v.array(Query)),
  AlarmActions: v.optional(v.array(v.unknown())),
  OKActions: v.optional(v.array(v.unknown())),
});
type Alarm = v.InferOutput<typeof Alarm>;

function alarmsOf(settings: OperationsSettings): ReadonlyMap<string, Alarm> {
  return new Map(
    Object.entries(alarmResources(settings)).map(([id, { Properties }]) => [id, v.parse(Alarm, Properties)]),
  );
}

function alarmAt(schedule: string, id: string): Alarm {
  const { sweep } = operationsSettings();
  return v.parse(Alarm, alarmResources(operationsSettings({ sweep: { ...sweep, schedule } }))[id]?.Properties);
}

const periodOf = ({ Period, Metrics = [] }: Alarm) =>
  Period ?? Metrics.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? 0;
const metricsOf = (alarm: Alarm) =>
  alarm.Metrics ? alarm.Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) : [v.parse(Metric, alarm)];
/** How long things must have been bad before it rings. */
const patience = (alarm: Alarm) => periodOf(alarm) * (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods);

const emitted = await emittedBySweep();

describe("the alarms", () => {
  const alarms = alarmsOf(operationsSettings());

  it("watch no custom metric, and by no dimension, that the function does not emit", () => {
    const custom = [...alarms.values()].flatMap(metricsOf).filter(({ Namespace }) => Namespace === NAMESPACE);
    const keys = custom.map(({ Namespace, MetricName, Dimensions }) =>
      metricKey(
        Namespace,
        MetricName,
        Dimensions.flatMap(({ Name, Value }) => [Name, Value]),
      ),
    );
    assert.deepEqual(
      keys.filter((key) => !emitted.metrics.has(key)),
      [],
    );
  });

  it("watch the errors of each function", () => {
    const others = [...alarms.values()].flatMap(metricsOf).filter(({ Namespace }) => Namespace !== NAMESPACE);
    assert.deepEqual(
      others.map(({ Namespace, MetricName, Dimensions }) =>
        metricKey(
          Namespace,
          MetricName,
          Dimensions.flatMap(({ Name, Value }) => [Name, Value]),
        ),
      ),
      ["AWS/Lambda Errors FunctionName studio-reaper-sweep", "AWS/Lambda Errors FunctionName studio-reaper-attach"],
    );
  });

  it("say in at most three sentences what is wrong and what to do, each under a name of its own", () => {
    for (const { AlarmName, AlarmDescription } of alarms.values()) {
      assert.match(AlarmName, /^studio-reaper-[a-z-]+$/);
      assert.ok(AlarmDescription.length <= 1024);
      assert.ok(AlarmDescription.split(/\. /).length <= 3, AlarmDescription);
    }
    assert.equal(new Set([...alarms.values()].map(({ AlarmName }) => AlarmName)).size, alarms.size);
  });

  it("tell the topic when they ring and when it is over, and nobody where there is no topic", () => {
    for (const { AlarmActions, OKActions } of alarms.values())
      assert.deepEqual([AlarmActions, OKActions], [[{ Ref: "AlarmTopic" }], [{ Ref: "AlarmTopic" }]]);
    for (const { AlarmActions, OKActions } of alarmsOf(leastSettings()).values())
      assert.deepEqual([AlarmActions, OKActions], [undefined, undefined]);
  });

  it("leave attachment alone where nothing is attached", () => {
    assert.ok(alarms.has("AttachFailedAlarm"));
    assert.ok(!alarmsOf(leastSettings()).has("AttachFailedAlarm"));
  });

  it("are stilled by silence in no case, and only one takes it for an alarm", () => {
    for (const [id, { TreatMissingData }] of alarms)
      assert.equal(TreatMissingData, id === "SweepNotRunningAlarm" ? "breaching" : "ignore", id);
  });

  it("ring for no sweep that ends though each finds another at work: such a one does not say how long it took", () => {
    const [skipped] = emitted.metricsByLine.slice(-1);
    assert.deepEqual(skipped, [metricKey(NAMESPACE, "QuotaShareUsed", ["service", "studio-reaper"])]);
    const watched = alarms.get("SweepNotRunningAlarm");
    assert.deepEqual(watched && metricsOf(watched).map(({ MetricName }) => MetricName), ["SweepSeconds"]);
  });

  it("return one line each from their metric math, of ids that are there", () => {
    for (const { Metrics = [] } of alarms.values()) {
      if (Metrics.length === 0) continue;
      assert.equal(Metrics.filter(({ ReturnData }) => ReturnData).length, 1);
      const used = Metrics.flatMap(({ Expression = "" }) => Expression.match(/\b[a-z]\w*/g) ?? []);
      assert.deepEqual(
        used.filter((id) => !Metrics.some(({ Id }) => Id === id)),
        [],
      );
    }
  });

  it("go before the schedule at remove, where that would ring them", async () => {
    const { DependsOn = "" } = alarmResources(operationsSettings())["SweepNotRunningAlarm"] ?? {};
    const serverless = await readFile(join(import.meta.dirname, "../../../serverless.yml"), "utf8");
    assert.match(serverless, new RegExp(`^ +${DependsOn}:$`, "m"));
  });
});

describe("an alarm's periods", () => {
  const schedules = [
    "rate(1 minute)",
    "rate(2 minutes)",
    "rate(7 minutes)",
    "rate(15 minutes)",
    "rate(1 hour)",
    "rate(6 hours)",
    "rate(1 day)",
    "cron(* * * * ? *)",
    "cron(0/5 8-20 ? * MON-FRI *)",
    "cron(0 8,20 * * ? *)",
    "cron(0 20 ? * MON-FRI *)",
  ];

  for (const schedule of schedules) {
    it(`are such as CloudWatch takes, under ${schedule}`, () => {
      const { sweep } = operationsSettings();
      for (const [id, alarm] of alarmsOf(operationsSettings({ sweep: { ...sweep, schedule } }))) {
        const [period, count] = [periodOf(alarm), alarm.EvaluationPeriods];
        assert.ok(period % 60 === 0 && period >= 60 && period <= DAY, `${id}: ${period}`);
        assert.ok(Number.isInteger(count) && count >= 1, `${id}: ${count}`);
        assert.ok(period * count <= (period < HOUR ? DAY : 7 * DAY), `${id}: ${count} × ${period}`);
        assert.ok((alarm.DatapointsToAlarm ?? 1) <= count);
      }
    });
  }

  it("let a minute's sweep fail once, or for some minutes, before somebody is told", () => {
    const { Period, EvaluationPeriods, DatapointsToAlarm } = alarmAt("rate(1 minute)", "SweepFailedAlarm");
    assert.deepEqual(
      { Period, EvaluationPeriods, DatapointsToAlarm },
      { Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 2 },
    );
  });

  for (const schedule of schedules) {
    it(`take more than one failed sweep, and more than one that held stops back, under ${schedule}`, () => {
      const steady = ["BudgetExhausted", "HeartbeatsUnreadable", "SourceMissing", "CoverageLow"];
      for (const id of ["SweepFailed", ...steady].map((name) => `${name}Alarm`)) {
        const alarm = alarmAt(schedule, id);
        assert.ok((alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods) >= 2, id);
      }
    });
  }

  it("tell of an invalid policy after one sweep: it does not mend itself", () => {
    assert.equal(patience(alarmAt("rate(1 minute)", "PolicyInvalidAlarm")), 60);
    assert.equal(patience(alarmAt("rate(1 hour)", "PolicyInvalidAlarm")), HOUR);
  });

  it("tell a source that the fleet lost, or many heartbeats that cannot be read, from a single app's", () => {
    const [some, many] = ["HeartbeatsUnreadableAlarm", "SourceMissingAlarm"].map((id) => alarmAt("rate(1 minute)", id));
    assert.deepEqual([some?.Threshold, many?.Threshold], [1, 6]);
    assert.equal(many && patience(many), 600);
  });

  it("give new apps half an hour for their first heartbeat", () => {
    assert.equal(patience(alarmAt("rate(1 minute)", "CoverageLowAlarm")), 1800);
    assert.equal(patience(alarmAt("rate(20 minutes)", "CoverageLowAlarm")), 2400);
  });

  const silences: readonly (readonly [schedule: string, atLeast: number, atMost: number])[] = [
    ["rate(1 minute)", 600, 900],
    ["rate(5 minutes)", 900, 1200],
    ["rate(1 hour)", 3 * HOUR, 3.5 * HOUR],
    // Not over the weekend.
    ["cron(0/5 8-20 ? * MON-FRI *)", 2 * DAY + 11 * HOUR, 2 * DAY + 18 * HOUR],
    ["cron(0 20 ? * MON-FRI *)", 5 * DAY, 6 * DAY],
  ];
  for (const [schedule, atLeast, atMost] of silences) {
    it(`take no gap of ${schedule} for the sweep's end, and notice that end soon after`, () => {
      const alarm = alarmAt(schedule, "SweepNotRunningAlarm");
      assert.ok(patience(alarm) >= atLeast && patience(alarm) <= atMost, String(patience(alarm)));
    });
  }
});

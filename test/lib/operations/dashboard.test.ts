import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as v from "valibot";
import { METRICS, NAMESPACE } from "../../../lib/domain/metrics.ts";
import { operationsResources } from "../../../lib/operations/resources.ts";
import { KEEP_REASONS, STOP_REASONS } from "../../../lib/policy/verdict.ts";
import { operationsSettings, leastSettings } from "./builders.ts";
import { emittedBySweep, metricKey } from "./emitted.ts";
import { fieldsRead } from "./insights.ts";

const Line = v.array(
  v.union([v.string(), v.looseObject({ expression: v.optional(v.string()), id: v.optional(v.string()) })]),
);
const Widget = v.looseObject({
  type: v.picklist(["metric", "log", "alarm", "text"]),
  x: v.number(),
  y: v.number(),
  width: v.number(),
  height: v.number(),
  properties: v.looseObject({
    title: v.optional(v.string()),
    region: v.optional(v.string()),
    metrics: v.optional(v.array(Line)),
    query: v.optional(v.string()),
    alarms: v.optional(v.array(v.string())),
    markdown: v.optional(v.string()),
  }),
});
const Body = v.object({ start: v.string(), widgets: v.array(Widget) });
const Dashboard = v.object({
  DashboardName: v.object({ "Fn::Sub": v.string() }),
  DashboardBody: v.object({ "Fn::Sub": v.string() }),
});

/** What a deployment's dashboard is, once CloudFormation has put in where it is. */
function dashboardOf(resources: ReturnType<typeof operationsResources>) {
  const properties = v.parse(Dashboard, resources["Dashboard"]?.Properties);
  const inPlace = ({ "Fn::Sub": text }: { "Fn::Sub": string }) =>
    text
      .replaceAll("${AWS::Region}", "eu-central-1")
      .replaceAll("${AWS::Partition}", "aws")
      .replaceAll("${AWS::AccountId}", "123456789012");
  const text = inPlace(properties.DashboardBody);
  return { name: inPlace(properties.DashboardName), text, ...v.parse(Body, JSON.parse(text)) };
}

const emitted = await emittedBySweep();

describe("the dashboard", () => {
  const resources = operationsResources(operationsSettings());
  const { name, text, widgets } = dashboardOf(resources);
  const queries = widgets.flatMap(({ properties }) => properties.query ?? []);
  const lines = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  const metrics = lines
    .filter((line) => line.length > 1)
    .map((line) => line.filter((part) => typeof part === "string"));
  it("shows no custom metric, and by no dimension, that the function does not emit", () => {
    const shown = metrics
      .filter(([namespace]) => namespace === NAMESPACE)
      .map(([namespace = "", metric = "", ...dimensions]) => metricKey(namespace, metric, dimensions));
    assert.deepEqual(
      shown.filter((key) => !emitted.metrics.has(key)),
      [],
    );
  });

  it("shows every custom metric that the function emits", () => {
    const shown = new Set(
      metrics.map(([namespace = "", metric = "", ...dimensions]) => metricKey(namespace, metric, dimensions)),
    );
    assert.deepEqual(
      [...emitted.metrics].filter((key) => !shown.has(key)),
      [],
    );
  });

  it("shows Lambda's own metrics of the two functions only", () => {
    const others = metrics.filter(([namespace]) => namespace !== NAMESPACE);
    for (const [namespace, metric, dimension, value] of others) {
      assert.equal(namespace, "AWS/Lambda");
      assert.match(metric ?? "", /^(Invocations|Errors|Throttles)$/);
      assert.equal(dimension, "FunctionName");
      assert.match(value ?? "", /^studio-reaper-(sweep|attach)$/);
    }
    assert.equal(dashboardOf(operationsResources(leastSettings())).text.includes("attach"), false);
  });

  it("reads no field off the logs that the function does not write", () => {
    assert.equal(queries.length, 7);
    for (const query of queries)
      assert.deepEqual(
        fieldsRead(query).filter((field) => !emitted.fields.has(field)),
        [],
        query,
      );
  });

  it("looks for no message that the function does not write", () => {
    const asked = queries.flatMap((query) => [...query.matchAll(/message (?:= "\w+"|in \[[^\]]*\])/g)].join());
    const messages = [...asked.join().matchAll(/"(\w+)"/g)].map(([, message = ""]) => message);
    assert.deepEqual([...new Set(messages)].toSorted(), ["gone", "sweep", "verdict"]);
    assert.deepEqual(
      messages.filter((message) => !emitted.messages.has(message)),
      [],
    );
  });

  it("shows every reason to keep and to stop that there is", () => {
    const read = new Set(queries.flatMap(fieldsRead));
    for (const reason of KEEP_REASONS) assert.ok(read.has(`reasons.${reason}`), reason);
    for (const reason of STOP_REASONS) assert.ok(read.has(`stopped.${reason}`), reason);
  });

  it("puts every name with a hyphen in backticks, without which it would be a subtraction", () => {
    for (const query of queries) assert.doesNotMatch(query.replaceAll(/`[^`]*`|"[^"]*"|'[^']*'/g, ""), /\w-\w/);
  });

  it("queries the function's own log group", () => {
    for (const query of queries) assert.ok(query.startsWith("SOURCE '/aws/lambda/studio-reaper-sweep' | "), query);
  });

  it("shows every alarm of the deployment, and no other", () => {
    const expected = Object.values(resources)
      .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
      .map(({ Properties }) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${String(Properties["AlarmName"])}`);
    assert.deepEqual(
      widgets.flatMap(({ properties }) => properties.alarms ?? []),
      expected,
    );
  });

  it("computes with no line that it does not have", () => {
    for (const { properties } of widgets) {
      const options = (properties.metrics ?? []).flat().filter((part) => typeof part === "object");
      const ids = options.map(({ id }) => id);
      const used = options.flatMap(({ expression = "" }) => expression.match(/[a-z]\w*/g) ?? []);
      assert.deepEqual(
        used.filter((id) => !ids.includes(id)),
        [],
      );
    }
  });

  it("lays its widgets out side by side and below each other in 24 columns", () => {
    for (const { x, y, width, height } of widgets)
      assert.ok(x >= 0 && width > 0 && x + width <= 24 && y >= 0 && height > 0);
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`),
    );
    assert.equal(new Set(cells).size, cells.length, "widgets overlap");
    const bottom = Math.max(...widgets.map(({ y, height }) => y + height));
    assert.equal(cells.length, 24 * bottom, "there are holes");
  });

  it("stays within what CloudWatch takes: a megabyte, 500 widgets", () => {
    assert.ok(Buffer.byteLength(text) <= 1_000_000);
    assert.ok(widgets.length <= 500);
  });

  it("names its region in every widget, and in its own name, which all regions of an account share", () => {
    assert.equal(name, "studio-reaper-eu-central-1");
    for (const { type, properties } of widgets)
      if (type === "metric" || type === "log") assert.equal(properties.region, "eu-central-1");
    assert.doesNotMatch(text, /\$\{|us-east-1/);
  });

  it("says in words what to look at, and leads nowhere else", () => {
    const [markdown, ...more] = widgets.flatMap(({ properties }) => properties.markdown ?? []);
    assert.equal(more.length, 0);
    assert.doesNotMatch(markdown ?? "", /http|\]\(/);
  });
});

describe("the documented queries", () => {
  it("read no field off the logs that the function does not write", async () => {
    const page = await readFile(join(import.meta.dirname, "../../../docs/metrics-and-logs.md"), "utf8");
    const queries = [...page.matchAll(/^```\n([^`]*filter message = [^`]*)```$/gm)].map(([, query = ""]) => query);
    assert.ok(queries.length > 0);
    for (const query of queries)
      assert.deepEqual(
        fieldsRead(query).filter((field) => !emitted.fields.has(field)),
        [],
        query,
      );
  });
});

describe("the function's metrics", () => {
  it("are those of the table, ten at the most, by one dimension", () => {
    const expected = Object.keys(METRICS).map((metric) => metricKey(NAMESPACE, metric, ["service", "studio-reaper"]));
    assert.deepEqual([...emitted.metrics].toSorted(), expected.toSorted());
    assert.ok(expected.length <= 10);
  });

  it("are all there after a sweep that judged, though it failed at one app", () => {
    for (const line of emitted.metricsByLine.slice(0, 2)) assert.equal(line.length, Object.keys(METRICS).length);
  });

  it("tell of an invalid policy where that was the failure, and nothing of the policy where another was", () => {
    const names = emitted.metricsByLine.slice(2, 4).map((line) => line.map((key) => key.split(" ")[1]).toSorted());
    assert.deepEqual(names, [
      ["PolicyInvalid", "SweepFailures", "SweepSeconds"],
      ["SweepFailures", "SweepSeconds"],
    ]);
  });
});

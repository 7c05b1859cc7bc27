import * as v from "valibot";
import { rehearseSweep } from "../../handlers/rehearsal.ts";

const Emf = v.object({
  _aws: v.object({
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.string(),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string(), Unit: v.string() })),
      }),
    ),
  }),
});

/**
 * What a function's output makes CloudWatch know: its metrics, with the dimensions' values, and the fields that Logs
 * Insights finds in its lines.
 */
export type Emitted = {
  /** Each as `<namespace> <name> <dimension> <value>…`, for each line of metrics. */
  readonly metricsByLine: readonly (readonly string[])[];
  readonly metrics: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
  /** The values of `message`. */
  readonly messages: ReadonlySet<string>;
};

/** What the real handler emits, in all its states. */
export async function emittedBySweep(): Promise<Emitted> {
  const { lines } = await rehearseSweep();
  const metricsByLine = lines.filter((line) => v.is(Emf, line)).map(metricsOf);
  return {
    metricsByLine,
    metrics: new Set(metricsByLine.flat()),
    fields: new Set(lines.filter((line) => !v.is(Emf, line)).flatMap((line) => [...fieldsOf(line)])),
    messages: new Set(lines.map((line) => String(line["message"]))),
  };
}

/** How a metric is named here. */
export function metricKey(namespace: string, name: string, dimensions: readonly string[]): string {
  return [namespace, name, ...dimensions].join(" ");
}

function metricsOf(line: v.InferOutput<typeof Emf>): readonly string[] {
  const values = new Map(Object.entries(line));
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((names) =>
        metricKey(
          Namespace,
          Name,
          names.flatMap((name) => [name, v.parse(v.string(), values.get(name))]),
        ),
      ),
    ),
  );
}

/** The paths of a line's scalars, joined by dots as Logs Insights does. */
function* fieldsOf(value: object, path: readonly string[] = []): Iterable<string> {
  for (const [key, field] of Object.entries(value)) {
    const inner: unknown = field;
    if (typeof inner === "object" && inner !== null) yield* fieldsOf(inner, [...path, key]);
    else yield [...path, key].join(".");
  }
}

/** A widget before it has its place: what it is, and how many of the 24 columns it takes. */
export type Widget = {
  readonly type: "metric" | "log" | "alarm" | "text";
  readonly width: number;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** A widget in its place on the grid. */
export type PlacedWidget = Widget & { readonly x: number; readonly y: number; readonly height: number };

/** Widgets beside each other, all of one height. */
export type Row = { readonly height: number; readonly widgets: readonly Widget[] };

/** A line of a graph: namespace, metric and dimensions, or an expression, then how it is shown. */
export type Line =
  readonly [...string[], Readonly<Record<string, unknown>>] | readonly [Readonly<Record<string, unknown>>];

/** Places rows below each other, and in each the widgets from left to right. */
export function layOut(rows: readonly Row[]): readonly PlacedWidget[] {
  return rows.flatMap(({ height, widgets }, i) => {
    const y = sum(rows.slice(0, i).map((row) => row.height));
    return widgets.map((widget, j) => ({
      ...widget,
      height,
      y,
      x: sum(widgets.slice(0, j).map(({ width }) => width)),
    }));
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function text(width: number, markdown: string): Widget {
  return { type: "text", width, properties: { markdown } };
}

export function alarmStates(width: number, title: string, alarms: readonly string[]): Widget {
  return { type: "alarm", width, properties: { title, alarms } };
}

/** Metrics over time; `more` is laid over the properties. */
export function graph(
  width: number,
  title: string,
  region: string,
  lines: readonly Line[],
  more: Readonly<Record<string, unknown>> = {},
): Widget {
  return {
    type: "metric",
    width,
    properties: { title, region, view: "timeSeries", yAxis: { left: { min: 0 } }, metrics: lines, ...more },
  };
}

/** Metrics as numbers: the latest, or all of the time shown taken together. */
export function numbers(
  width: number,
  title: string,
  region: string,
  lines: readonly Line[],
  of: "latest" | "all",
): Widget {
  const shown = of === "latest" ? { sparkline: true } : { setPeriodToTimeRange: true };
  return { type: "metric", width, properties: { title, region, view: "singleValue", metrics: lines, ...shown } };
}

/** The answer to a Logs Insights query over one log group. */
export function logs(width: number, title: string, region: string, { logGroup, query, ...view }: LogView): Widget {
  return {
    type: "log",
    width,
    properties: { title, region, query: [`SOURCE '${logGroup}'`, ...query].join(" | "), ...view },
  };
}

type LogView = {
  readonly logGroup: string;
  readonly query: readonly string[];
  readonly view: "table" | "timeSeries" | "bar";
  readonly stacked?: boolean;
};

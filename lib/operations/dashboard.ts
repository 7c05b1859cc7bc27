import { NAMESPACE, type MetricName } from "../domain/metrics.ts";
import {
  AGENTS,
  FAILURES,
  KEPT_AND_WHY,
  LAST_STOPS,
  OUTCOMES_OF_STOPS,
  STOPPED_AND_WHY,
  WITHOUT_AGENT,
} from "./queries.ts";
import type { ScheduledFunction } from "./settings.ts";
import { alarmStates, graph, layOut, logs, numbers, text, type Line, type PlacedWidget, type Row } from "./widgets.ts";

/** What the dashboard shows, and where. */
export type DashboardSettings = {
  readonly region: string;
  /** The metrics' dimension `service`. */
  readonly service: string;
  readonly sweep: ScheduledFunction;
  readonly attach?: ScheduledFunction;
  readonly coverageShare: number;
  /** The alarms' ARNs. */
  readonly alarms: readonly string[];
};

/** The body of a CloudWatch dashboard. */
export type DashboardBody = { readonly start: string; readonly widgets: readonly PlacedWidget[] };

const WHAT_TO_LOOK_AT =
  "**Are all alarms green, and do nearly all running apps report?** The table below the last stops names the apps " +
  "without a live agent: they are never stopped, and most only need a restart.";

type Statistic = "Average" | "Minimum" | "Maximum" | "Sum";

/**
 * The body of the dashboard: which apps run, which are stopped or kept and why, which do not report, and how the sweeps
 * themselves are doing.
 */
export function dashboardBody(settings: DashboardSettings): DashboardBody {
  return {
    start: "-P1D",
    widgets: layOut([...overview(settings), ...reasons(settings), ...tables(settings), ownHealth(settings)]),
  };
}

function overview({ region, service, alarms }: DashboardSettings): readonly Row[] {
  const now: readonly Line[] = [
    custom(service, "AppsRunning", "Average", "running"),
    custom(service, "AppsReporting", "Average", "report"),
    custom(service, "AppsIdle", "Average", "idle"),
    custom(service, "StopsHeld", "Maximum", "held back"),
  ];
  const total: readonly Line[] = [
    custom(service, "AppsStopped", "Sum", "stopped"),
    custom(service, "SweepFailures", "Sum", "failures"),
  ];
  return [
    { height: 2, widgets: [text(24, WHAT_TO_LOOK_AT)] },
    { height: 3, widgets: [alarmStates(24, "Alarms", alarms)] },
    {
      height: 4,
      widgets: [numbers(16, "Apps now", region, now, "latest"), numbers(8, "In the time shown", region, total, "all")],
    },
  ];
}

function reasons({ region, service, sweep, coverageShare }: DashboardSettings): readonly Row[] {
  const logGroup = logGroupOf(sweep);
  const apps: readonly Line[] = [
    custom(service, "AppsRunning", "Average", "running", { id: "running" }),
    custom(service, "AppsReporting", "Average", "report", { id: "reporting" }),
    custom(service, "AppsIdle", "Average", "idle"),
  ];
  const coverage: readonly Line[] = [
    custom(service, "AppsRunning", "Average", "running", { id: "running", visible: false }),
    custom(service, "AppsReporting", "Average", "report", { id: "reporting", visible: false }),
    [{ id: "coverage", expression: "100 * reporting / running", label: "% of the running apps report" }],
  ];
  const least = { horizontal: [{ label: "alarm below", value: 100 * coverageShare, fill: "below" }] };
  return [
    {
      height: 6,
      widgets: [
        graph(12, "Apps", region, apps),
        logs(12, "Stopped, and why", region, { logGroup, query: STOPPED_AND_WHY, view: "bar" }),
      ],
    },
    {
      height: 7,
      widgets: [
        logs(12, "Kept, and why", region, { logGroup, query: KEPT_AND_WHY, view: "timeSeries", stacked: true }),
        logs(12, "What came of the stops", region, {
          logGroup,
          query: OUTCOMES_OF_STOPS,
          view: "timeSeries",
          stacked: false,
        }),
      ],
    },
    {
      height: 6,
      widgets: [
        graph(12, "Coverage", region, coverage, { annotations: least, yAxis: { left: { min: 0, max: 100 } } }),
        logs(12, "Agents", region, { logGroup, query: AGENTS, view: "timeSeries", stacked: true }),
      ],
    },
  ];
}

function tables({ region, sweep }: DashboardSettings): readonly Row[] {
  const logGroup = logGroupOf(sweep);
  return [
    { height: 8, widgets: [logs(24, "Last stops", region, { logGroup, query: LAST_STOPS, view: "table" })] },
    {
      height: 8,
      widgets: [
        logs(12, "Apps without a live agent", region, { logGroup, query: WITHOUT_AGENT, view: "table" }),
        logs(12, "Failures", region, { logGroup, query: FAILURES, view: "table" }),
      ],
    },
  ];
}

function ownHealth({ region, service, sweep, attach }: DashboardSettings): Row {
  const invocations = [
    lambda(sweep, "Invocations", "sweeps"),
    lambda(sweep, "Errors", "failed sweeps"),
    lambda(sweep, "Throttles", "throttled sweeps"),
    ...(attach ? [lambda(attach, "Errors", "failed attachments")] : []),
  ];
  return {
    height: 6,
    widgets: [
      graph(6, "Sweep duration", region, [
        custom(service, "SweepSeconds", "Average", "average"),
        custom(service, "SweepSeconds", "Maximum", "longest"),
      ]),
      graph(6, "Invocations", region, invocations),
      graph(6, "Held back, invalid, unreadable", region, [
        custom(service, "StopsHeld", "Maximum", "stops held back"),
        custom(service, "PolicyInvalid", "Maximum", "policy invalid"),
        custom(service, "HeartbeatsUnreadable", "Maximum", "heartbeats unreadable"),
      ]),
      graph(
        6,
        "Share of the quotas used",
        region,
        [custom(service, "QuotaShareUsed", "Maximum", "% of a minute's calls")],
        {
          annotations: { horizontal: [{ label: "the most that a sweep uses", value: 50 }] },
        },
      ),
    ],
  };
}

function custom(
  service: string,
  name: MetricName,
  stat: Statistic,
  label: string,
  more: Readonly<Record<string, unknown>> = {},
): Line {
  return [NAMESPACE, name, "service", service, { stat, label, ...more }];
}

function lambda(
  { functionName }: ScheduledFunction,
  name: "Invocations" | "Errors" | "Throttles",
  label: string,
): Line {
  return ["AWS/Lambda", name, "FunctionName", functionName, { stat: "Sum", label }];
}

function logGroupOf({ functionName }: ScheduledFunction): string {
  return `/aws/lambda/${functionName}`;
}

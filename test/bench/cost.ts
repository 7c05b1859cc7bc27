import * as v from "valibot";
import { METRICS } from "../../lib/domain/metrics.ts";
import { operationsResources } from "../../lib/operations/resources.ts";
import type { Resource } from "../../lib/operations/settings.ts";
import { readServerlessYml } from "../serverless-yml.ts";

/**
 * List prices of us-east-1 (arm64, the first tier) in dollars, without free tiers. docs/scale.md names the page of
 * each; compare them before you rely on a sum.
 */
export const PRICES = {
  lookedUp: "2026-11-26",
  lambdaGbSecond: 0.0000133334,
  lambdaMillionRequests: 0.2,
  schedulerMillionInvocations: 1,
  customMetricMonth: 0.3,
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  logsGbIngested: 0.5,
  logsGbMonthStored: 0.03,
  logsInsightsGbScanned: 0.005,
  endpointHourAZone: 0.01,
} as const;

const DAYS = 30;
const SWEEPS_A_MONTH = DAYS * 1440;
const ATTACHMENTS_A_MONTH = DAYS * 24;
const HOURS_A_MONTH = DAYS * 24;

const Serverless = v.object({ functions: v.object({ sweep: v.object({ memorySize: v.number() }) }) });
/** In megabytes, as it is deployed. */
export const FUNCTION_MEMORY = v.parse(Serverless, await readServerlessYml()).functions.sweep.memorySize;

const RESOURCES = Object.values(
  operationsResources({
    name: "studio-reaper-dev",
    sweep: { functionName: "sweep", schedule: "rate(1 minute)" },
    attach: { functionName: "attach", schedule: "rate(1 hour)" },
    coverageShare: 0.8,
  }),
);

/** Dollars a month. */
export type Cost = {
  /** Whatever the fleet's size. */
  readonly fixed: number;
  /** What the fleet adds. */
  readonly fleet: number;
  /** What both consist of. */
  readonly parts: {
    readonly metrics: number;
    readonly dashboard: number;
    readonly alarms: number;
    readonly invocations: number;
    readonly time: number;
    readonly log: number;
  };
  readonly logsInsights: number;
  /** One interface endpoint to SSM in two zones, for a VPC without internet access. */
  readonly endpoint: number;
};

/** What sweeping each minute costs in a month. */
export function costOf(fleet: { sweepSecondsAMinute: number; logBytesAnAppDay: number; meanApps: number }): Cost {
  const gbLogged = (fleet.logBytesAnAppDay * fleet.meanApps * DAYS) / 1e9;
  const gbSeconds = fleet.sweepSecondsAMinute * SWEEPS_A_MONTH * (FUNCTION_MEMORY / 1024);
  const { metrics, dashboard, alarms, invocations } = FIXED;
  const time = gbSeconds * PRICES.lambdaGbSecond;
  const log = gbLogged * (PRICES.logsGbIngested + PRICES.logsGbMonthStored);
  return {
    fixed: metrics + dashboard + alarms + invocations,
    fleet: time + log,
    parts: { ...FIXED, time, log },
    logsInsights: gbLogged * PRICES.logsInsightsGbScanned * DAYS,
    endpoint: 2 * HOURS_A_MONTH * PRICES.endpointHourAZone,
  };
}

const FIXED = {
  metrics: Object.keys(METRICS).length * PRICES.customMetricMonth,
  dashboard: RESOURCES.filter(({ Type }) => Type === "AWS::CloudWatch::Dashboard").length * PRICES.dashboardMonth,
  alarms: RESOURCES.reduce((sum, resource) => sum + alarmMetricsOf(resource), 0) * PRICES.alarmMetricMonth,
  invocations:
    ((SWEEPS_A_MONTH + ATTACHMENTS_A_MONTH) / 1e6) *
    (PRICES.lambdaMillionRequests + PRICES.schedulerMillionInvocations),
};

/** An alarm is billed for each metric that it reads. */
function alarmMetricsOf({ Type, Properties }: Resource): number {
  if (Type !== "AWS::CloudWatch::Alarm") return 0;
  const queries: unknown = Properties["Metrics"];
  return Array.isArray(queries) ? queries.filter((query: object) => "MetricStat" in query).length : 1;
}

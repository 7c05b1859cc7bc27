/**
 * List prices of us-east-1 (arm64) in dollars, without free tiers. Prices change: compare them with AWS's pages before
 * you rely on a sum.
 */
export const PRICES = {
  asOf: "2026-11",
  lambdaGbSecond: 0.0000133334,
  lambdaMillionRequests: 0.2,
  schedulerMillionInvocations: 1,
  customMetricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  logsGbIngested: 0.5,
  logsGbMonthStored: 0.03,
  logsInsightsGbScanned: 0.005,
  endpointHourAZone: 0.01,
} as const;

const DAYS = 30;
const SWEEPS_A_MONTH = DAYS * 1440;
const HOURS_A_MONTH = DAYS * 24;
const MEMORY_GB = 0.5;
const [METRICS, ALARMS, DASHBOARDS] = [10, 7, 1];

/** Dollars a month. */
export type Cost = {
  /** Whatever the fleet's size: schedule, requests, metrics, alarms, dashboard. */
  readonly fixed: number;
  /** What the fleet adds: the function's time and the log. */
  readonly fleet: number;
  readonly logsInsights: number;
  /** One interface endpoint to SSM in two zones, for a VPC without internet access. */
  readonly endpoint: number;
};

/** What sweeping each minute costs in a month. */
export function costOf(fleet: { sweepSeconds: { median: number }; logBytesAnAppDay: number; apps: number }): Cost {
  const gbLogged = (fleet.logBytesAnAppDay * fleet.apps * DAYS) / 1e9;
  // A sweep that takes longer than a minute is the only one at work.
  const busySeconds = Math.min(fleet.sweepSeconds.median, 60) * SWEEPS_A_MONTH;
  return {
    fixed:
      METRICS * PRICES.customMetricMonth +
      ALARMS * PRICES.alarmMonth +
      DASHBOARDS * PRICES.dashboardMonth +
      (SWEEPS_A_MONTH / 1e6) * (PRICES.lambdaMillionRequests + PRICES.schedulerMillionInvocations),
    fleet:
      busySeconds * MEMORY_GB * PRICES.lambdaGbSecond + gbLogged * (PRICES.logsGbIngested + PRICES.logsGbMonthStored),
    logsInsights: gbLogged * PRICES.logsInsightsGbScanned * DAYS,
    endpoint: 2 * HOURS_A_MONTH * PRICES.endpointHourAZone,
  };
}

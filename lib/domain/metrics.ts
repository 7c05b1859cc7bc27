/** The namespace of every custom metric; their one dimension is `service`. */
export const NAMESPACE = "StudioReaper";

/**
 * Every custom metric, with its unit. Each is billed, so there are ten for the whole account, and none has an app as a
 * dimension. docs/metrics-and-logs.md says what they mean.
 */
export const METRICS = {
  AppsRunning: "Count",
  AppsReporting: "Count",
  AppsIdle: "Count",
  AppsStopped: "Count",
  StopsHeld: "Count",
  HeartbeatsUnreadable: "Count",
  PolicyInvalid: "Count",
  SweepFailures: "Count",
  SweepSeconds: "Seconds",
  QuotaShareUsed: "Percent",
} as const satisfies Readonly<Record<string, "Count" | "Seconds" | "Percent">>;

export type MetricName = keyof typeof METRICS;

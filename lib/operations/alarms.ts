import { NAMESPACE, type MetricName } from "../domain/metrics.ts";
import { missingAfter, steadyFor, steadyPeriod, type Periods } from "./periods.ts";
import { readSchedule } from "./schedule.ts";
import type { OperationsSettings, Resource, ScheduledFunction } from "./settings.ts";

/** Among fewer apps, one without an agent is a large share, and yet not a sign that something is wrong. */
const MIN_APPS = 5;

/** So many at once are no single app's trouble. The breaker trips for no fewer. */
const MANY_UNREADABLE = 6;

/** An app runs for some minutes before its agent is first heard. On a Monday morning, most apps are that new. */
const COVERAGE_SECONDS = 30 * 60;

/** The alarms, by logical id. An alarm's name begins with the deployment's. */
export function alarmResources(settings: OperationsSettings): Readonly<Record<string, Resource>> {
  return {
    SweepFailedAlarm: sweepFailed(settings),
    SweepNotRunningAlarm: sweepNotRunning(settings),
    PolicyInvalidAlarm: policyInvalid(settings),
    BudgetExhaustedAlarm: budgetExhausted(settings),
    CoverageLowAlarm: coverageLow(settings),
    HeartbeatsUnreadableAlarm: heartbeatsUnreadable(settings),
    SourceMissingAlarm: sourceMissing(settings),
    ...(settings.attach && { AttachFailedAlarm: attachFailed(settings, settings.attach) }),
  };
}

function sweepFailed(settings: OperationsSettings): Resource {
  return alarm(settings, "sweep-failed", {
    AlarmDescription:
      "More than one sweep failed, so some or all idle apps are not stopped. The dashboard's table of failures says " +
      "why; throttling passes by itself, a missing permission does not.",
    ...failedTwice(settings.sweep),
  });
}

function attachFailed(settings: OperationsSettings, attach: ScheduledFunction): Resource {
  return alarm(settings, "attach-failed", {
    AlarmDescription:
      "The agent could not be attached to some domain or role, so new apps there do not report and are never " +
      "stopped. The function's log names the domain or role, and why; it tries again by itself.",
    ...failedTwice(attach),
  });
}

/** One failed invocation rings no alarm, since the next one may repair it. */
function failedTwice({ functionName, schedule }: ScheduledFunction) {
  return {
    Namespace: "AWS/Lambda",
    MetricName: "Errors",
    Dimensions: [{ Name: "FunctionName", Value: functionName }],
    Statistic: "Sum",
    Period: steadyPeriod(readSchedule(schedule)),
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    ...atLeastOne,
  };
}

/**
 * Every invocation emits how long it took, whether it failed or not. Where that is missing, no sweep ran, or none could
 * write its log.
 */
function sweepNotRunning(settings: OperationsSettings): Resource {
  const resource = alarm(settings, "sweep-not-running", {
    AlarmDescription:
      "No sweep has ended for too long, so nothing is stopped, and no other alarm can ring. Check whether the " +
      "schedule is enabled, the function throttled, and its role able to write logs. At the first deploy this alarm " +
      "rings until the first sweep has ended.",
    ...customMetric(settings, "SweepSeconds", "SampleCount", missingAfter(readSchedule(settings.sweep.schedule))),
    ComparisonOperator: "LessThanThreshold",
    Threshold: 1,
    TreatMissingData: "breaching",
  });
  // At remove it is deleted before the schedule, and so does not ring.
  return { ...resource, DependsOn: "SweepSchedule" };
}

function policyInvalid(settings: OperationsSettings): Resource {
  const { intervalSeconds } = readSchedule(settings.sweep.schedule);
  return alarm(settings, "policy-invalid", {
    AlarmDescription:
      "The policy is missing or has a mistake, so nothing is stopped until it is corrected. The dashboard's table of " +
      "failures names the field and what it accepts.",
    ...customMetric(settings, "PolicyInvalid", "Maximum", { Period: intervalSeconds, EvaluationPeriods: 1 }),
    ...atLeastOne,
  });
}

/** A metric whose least value of ten minutes counts: what the next sweep repairs rings no alarm. */
function heldForTenMinutes(settings: OperationsSettings, name: MetricName) {
  return customMetric(settings, name, "Minimum", steadyFor(readSchedule(settings.sweep.schedule), 10 * 60));
}

function budgetExhausted(settings: OperationsSettings): Resource {
  return alarm(settings, "budget-exhausted", {
    AlarmDescription:
      "Every sweep holds stops back: the budget is too small for the fleet, or its breaker tripped because most apps " +
      "look idle at once. Look at some of these apps before you raise budget.maxStops or budget.breakerShare in the " +
      "policy.",
    ...heldForTenMinutes(settings, "StopsHeld"),
    ...atLeastOne,
  });
}

function heartbeatsUnreadable(settings: OperationsSettings): Resource {
  return alarm(settings, "heartbeats-unreadable", {
    AlarmDescription:
      "Some heartbeats cannot be read or believed, so their apps are kept. Restart an app whose agent has another " +
      "version than the function; if that is not the cause, somebody else writes heartbeats. The dashboard's table " +
      "of apps without a live agent names them.",
    ...heldForTenMinutes(settings, "HeartbeatsUnreadable"),
    ...atLeastOne,
  });
}

function sourceMissing(settings: OperationsSettings): Resource {
  return alarm(settings, "source-missing", {
    AlarmDescription:
      `More than ${MANY_UNREADABLE - 1} heartbeats at once cannot be read, or lack a source that nearly all apps ` +
      "reported before: look for a new image or agent. Where the log says that the breaker is open for " +
      "source-missing, nothing is stopped meanwhile.",
    ...heldForTenMinutes(settings, "HeartbeatsUnreadable"),
    ...atLeastOne,
    Threshold: MANY_UNREADABLE,
  });
}

function coverageLow(settings: OperationsSettings): Resource {
  const { Period, EvaluationPeriods } = steadyFor(readSchedule(settings.sweep.schedule), COVERAGE_SECONDS);
  const query = (Id: string, MetricName: MetricName) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: NAMESPACE, MetricName, Dimensions: dimensions(settings) },
      Period,
      Stat: "Average",
    },
    ReturnData: false,
  });
  return alarm(settings, "coverage-low", {
    AlarmDescription:
      `For half an hour or more, fewer than ${Math.round(100 * settings.coverageShare)} % of the running apps have ` +
      "reported; the others are never stopped. Apps from before the deploy need a restart. If the dashboard's table " +
      "names others, check whether their domain is attached and their role may write heartbeats.",
    Metrics: [
      query("running", "AppsRunning"),
      query("reporting", "AppsReporting"),
      {
        Id: "coverage",
        Expression: `IF(running >= ${MIN_APPS}, reporting / running, 1)`,
        Label: "Share of the running apps that report",
        ReturnData: true,
      },
    ],
    EvaluationPeriods,
    ComparisonOperator: "LessThanThreshold",
    Threshold: settings.coverageShare,
    TreatMissingData: "ignore",
  });
}

/** Where data is missing, as in a night without sweeps, the alarm keeps its state. */
const atLeastOne = { ComparisonOperator: "GreaterThanOrEqualToThreshold", Threshold: 1, TreatMissingData: "ignore" };

function customMetric(
  settings: OperationsSettings,
  MetricName: MetricName,
  Statistic: "Minimum" | "Maximum" | "SampleCount",
  periods: Periods,
) {
  return { Namespace: NAMESPACE, MetricName, Dimensions: dimensions(settings), Statistic, ...periods };
}

function dimensions({ name }: OperationsSettings) {
  return [{ Name: "service", Value: name }];
}

function alarm({ name, alarmTopic }: OperationsSettings, suffix: string, properties: Resource["Properties"]): Resource {
  const actions = alarmTopic === undefined ? {} : { AlarmActions: [alarmTopic], OKActions: [alarmTopic] };
  return { Type: "AWS::CloudWatch::Alarm", Properties: { AlarmName: `${name}-${suffix}`, ...properties, ...actions } };
}

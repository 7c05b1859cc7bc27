import { NAMESPACE, type MetricName } from "../domain/metrics.ts";
import { silence, steadyFor, steadyPeriod, type Periods } from "./periods.ts";
import { readSchedule } from "./schedule.ts";
import type { OperationsSettings, Resource, ScheduledFunction } from "./settings.ts";

/** Among fewer apps, one without an agent is a large share and no sign of anything. */
const FEWEST_APPS = 5;

/** An app is in service some minutes before its agent is first heard; on Monday morning that is most of them. */
const COVERAGE_SECONDS = 30 * 60;

/** The alarms, by logical id. An alarm's name is the deployment's, then what it says in words. */
export function alarmResources(settings: OperationsSettings): Readonly<Record<string, Resource>> {
  return {
    SweepFailedAlarm: sweepFailed(settings),
    SweepNotRunningAlarm: sweepNotRunning(settings),
    PolicyInvalidAlarm: policyInvalid(settings),
    BudgetExhaustedAlarm: budgetExhausted(settings),
    CoverageLowAlarm: coverageLow(settings),
    HeartbeatsUnreadableAlarm: heartbeatsUnreadable(settings),
    ...(settings.attach && { AttachFailedAlarm: attachFailed(settings, settings.attach) }),
  };
}

function sweepFailed(settings: OperationsSettings): Resource {
  return alarm(settings, "sweep-failed", {
    AlarmDescription:
      "Sweeps fail, and not just one: some or all idle apps are not stopped. The dashboard's table of failures says at what; throttling passes by itself, a missing permission does not.",
    ...failedTwice(settings.sweep),
  });
}

function attachFailed(settings: OperationsSettings, attach: ScheduledFunction): Resource {
  return alarm(settings, "attach-failed", {
    AlarmDescription:
      "The agent could not be attached to some domain or role, so new apps there are not heard and never stopped. The function's log names which, and why; it tries again by itself.",
    ...failedTwice(attach),
  });
}

/** What one invocation fails at and the next repairs wakes nobody. */
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

/** Every invocation says how long it took, whether it failed or not: where nothing is heard, nothing ran, or nothing could be written. */
function sweepNotRunning(settings: OperationsSettings): Resource {
  const resource = alarm(settings, "sweep-not-running", {
    AlarmDescription:
      "No sweep was heard of for too long: nothing is stopped, and no other alarm can ring. See whether the schedule is enabled, the function throttled, and its role able to write logs. At the first deploy it rings until the first sweep is over.",
    ...custom(settings, "SweepSeconds", "SampleCount", silence(readSchedule(settings.sweep.schedule))),
    ComparisonOperator: "LessThanThreshold",
    Threshold: 1,
    TreatMissingData: "breaching",
  });
  // At remove it goes before the schedule does, and so does not ring.
  return { ...resource, DependsOn: "SweepSchedule" };
}

function policyInvalid(settings: OperationsSettings): Resource {
  const { intervalSeconds } = readSchedule(settings.sweep.schedule);
  return alarm(settings, "policy-invalid", {
    AlarmDescription:
      "The policy is missing or has a mistake, so nothing is stopped until it is mended. The dashboard's table of failures names the field and what it accepts.",
    ...custom(settings, "PolicyInvalid", "Maximum", { Period: intervalSeconds, EvaluationPeriods: 1 }),
    ...atLeastOne,
  });
}

function budgetExhausted(settings: OperationsSettings): Resource {
  return alarm(settings, "budget-exhausted", {
    AlarmDescription:
      "One sweep after the other holds stops back: the budget is too small for the fleet, or its breaker tripped since most apps look idle at once. Look at some of them before you raise budget.maxStops or budget.breakerShare in the policy.",
    ...custom(settings, "StopsHeld", "Minimum", steadyFor(readSchedule(settings.sweep.schedule), 10 * 60)),
    ...atLeastOne,
  });
}

function heartbeatsUnreadable(settings: OperationsSettings): Resource {
  return alarm(settings, "heartbeats-unreadable", {
    AlarmDescription:
      "Some agents' words cannot be read or believed; their apps are kept. An agent of another version than the function is mended by restarting its app; else somebody else writes there. The dashboard's table of apps without a live agent names them.",
    ...custom(settings, "HeartbeatsUnreadable", "Minimum", steadyFor(readSchedule(settings.sweep.schedule), 10 * 60)),
    ...atLeastOne,
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
    AlarmDescription: `For half an hour or more, the agents of fewer than ${Math.round(100 * settings.coverageShare)} % of the running apps have been heard; the others are never stopped. Apps from before the deploy need a restart. If there are more in the dashboard's table: see whether their domain is attached and their role may write heartbeats.`,
    Metrics: [
      query("running", "AppsRunning"),
      query("reporting", "AppsReporting"),
      {
        Id: "coverage",
        Expression: `IF(running >= ${FEWEST_APPS}, reporting / running, 1)`,
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

/** A night without sweeps, or a failed one, says nothing new: the alarm stays as it was. */
const atLeastOne = { ComparisonOperator: "GreaterThanOrEqualToThreshold", Threshold: 1, TreatMissingData: "ignore" };

function custom(
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

function alarm({ name, alarmTopic }: OperationsSettings, says: string, properties: Resource["Properties"]): Resource {
  const actions = alarmTopic === undefined ? {} : { AlarmActions: [alarmTopic], OKActions: [alarmTopic] };
  return { Type: "AWS::CloudWatch::Alarm", Properties: { AlarmName: `${name}-${says}`, ...properties, ...actions } };
}

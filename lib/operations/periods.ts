import type { Rhythm } from "./schedule.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Nothing that is over within five minutes is worth waking somebody for. */
const LEAST = 5 * MINUTE;

/** An alarm's periods: how long each is, and how many are looked at. */
export type Periods = { readonly Period: number; readonly EvaluationPeriods: number };

/** The period in which at least one invocation falls, as a rule, and that evens out what one alone may meet. */
export function steadyPeriod({ intervalSeconds }: Rhythm): number {
  return Math.max(intervalSeconds, LEAST);
}

/** As many steady periods, two at the least, as make up so many seconds. */
export function steadyFor(rhythm: Rhythm, seconds: number): Periods {
  const Period = steadyPeriod(rhythm);
  return { Period, EvaluationPeriods: Math.max(2, Math.ceil(seconds / Period)) };
}

/**
 * A time in which there must have been an invocation: the longest gap, and two more invocations or ten minutes for one that is late. It is cut
 * into about a dozen periods, since CloudWatch waits a few more of them before it takes a metric for missing.
 */
export function silence({ intervalSeconds, longestGapSeconds }: Rhythm): Periods {
  const seconds = longestGapSeconds + Math.max(2 * intervalSeconds, 10 * MINUTE);
  // Alarms that look back over more than a day take periods of an hour or more.
  const Period = Math.max(wholeMinutes(seconds / 12), seconds > DAY ? HOUR : MINUTE);
  return { Period, EvaluationPeriods: Math.ceil(seconds / Period) };
}

function wholeMinutes(seconds: number): number {
  return Math.ceil(seconds / MINUTE) * MINUTE;
}

import type { Rhythm } from "./schedule.ts";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** What is over within five minutes rings no alarm. */
const MIN_PERIOD = 5 * MINUTE;

/** An alarm's periods: how long each is, and how many are looked at. */
export type Periods = { readonly Period: number; readonly EvaluationPeriods: number };

/** A period that usually has at least one invocation, and several where they are frequent. */
export function steadyPeriod({ intervalSeconds }: Rhythm): number {
  return Math.max(intervalSeconds, MIN_PERIOD);
}

/** As many steady periods, two at the least, as make up so many seconds. */
export function steadyFor(rhythm: Rhythm, seconds: number): Periods {
  const Period = steadyPeriod(rhythm);
  return { Period, EvaluationPeriods: Math.max(2, Math.ceil(seconds / Period)) };
}

/**
 * A time in which there must have been an invocation: the longest gap, and two more intervals or ten minutes for one
 * that is late. It is cut into about a dozen periods, since CloudWatch waits a few more of them before it calls a
 * metric missing.
 */
export function missingAfter({ intervalSeconds, longestGapSeconds }: Rhythm): Periods {
  const seconds = longestGapSeconds + Math.max(2 * intervalSeconds, 10 * MINUTE);
  // CloudWatch requires periods of an hour or more for alarms that look back over more than a day.
  const Period = Math.max(wholeMinutes(seconds / 12), seconds > DAY ? HOUR : MINUTE);
  return { Period, EvaluationPeriods: Math.ceil(seconds / Period) };
}

function wholeMinutes(seconds: number): number {
  return Math.ceil(seconds / MINUTE) * MINUTE;
}

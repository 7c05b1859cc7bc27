import { cronGaps, type Gap } from "./cron.ts";

const DAY = 86_400;
const SECONDS = { minute: 60, hour: 3600, day: DAY } as const;

/** An alarm evaluates at most the last seven days; the longest gap and some reserve have to fit in. */
const LONGEST_GAP = 4 * DAY;

/** How often a schedule fires: usually, and in its longest gap, e.g. a weekend. */
export type Rhythm = { readonly intervalSeconds: number; readonly longestGapSeconds: number };

/**
 * Parses an EventBridge schedule expression; throws where it is none, or where it fires so rarely that no alarm could
 * notice its end.
 */
export function readSchedule(expression: string): Rhythm {
  const gaps = rateGaps(expression) ?? cronGaps(expression);
  if (!gaps)
    throw new Error(
      "schedule: expected rate(5 minutes), rate(1 hour) or cron(0/10 7-20 ? * MON-FRI *), " +
        `got ${JSON.stringify(expression)}`,
    );
  const rhythm = { intervalSeconds: usual(gaps), longestGapSeconds: Math.max(...gaps.map(({ seconds }) => seconds)) };
  if (rhythm.intervalSeconds > DAY || rhythm.longestGapSeconds > LONGEST_GAP) {
    throw new Error(
      `schedule: expected at least once a day, with at most four days in between, got ${JSON.stringify(expression)}`,
    );
  }
  return rhythm;
}

function rateGaps(expression: string): readonly Gap[] | undefined {
  const [, count = "", unit] = /^rate\(([1-9]\d{0,4}) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit !== "minute" && unit !== "hour" && unit !== "day") return undefined;
  return [{ seconds: Number(count) * SECONDS[unit], times: 1 }];
}

/** The gap than which at most a quarter are longer: nights are not usual, an hour between pairs of sweeps is. */
function usual(gaps: readonly Gap[]): number {
  const all = gaps.reduce((sum, { times }) => sum + times, 0);
  let counted = 0;
  for (const { seconds, times } of gaps.toSorted((a, b) => a.seconds - b.seconds)) {
    counted += times;
    if (counted >= 0.75 * all) return seconds;
  }
  return 0;
}

import * as v from "valibot";
import { mapping, secondsOrNever } from "./values.ts";
import { secondsAfter } from "./time.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const DAY_MINUTES = 1440;

/** In steps from one change of hours, or midnight, to the next, more than a week. */
const MAX_STEPS = 40;

const time = (pattern: RegExp, like: string) => {
  const expected = `expected a time of day in quotes, like "${like}"`;
  return v.pipe(v.string(expected), v.regex(pattern, expected));
};

/** The working hours, and the timeout outside them. Where `to` is before `from`, they go on after midnight. */
export const Hours = v.pipe(
  mapping({
    timeZone: v.pipe(
      v.string("expected a time zone like Europe/Berlin"),
      v.check((name) => isTimeZone(name), "expected a time zone like Europe/Berlin"),
    ),
    days: v.optional(
      v.pipe(
        v.array(v.picklist(DAYS, `expected one of ${DAYS.join(", ")}`), "expected a list of days, like [mon, tue]"),
        v.nonEmpty("must name at least one day"),
      ),
      ["mon", "tue", "wed", "thu", "fri"],
    ),
    from: time(/^([01]\d|2[0-3]):[0-5]\d$/, "08:00"),
    to: time(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "18:00"),
    idleTimeInSeconds: secondsOrNever,
  }),
  v.check(({ from, to }) => from !== to, "from and to must differ"),
);
export type Hours = v.InferOutput<typeof Hours>;

/** Whether an instant is within the working hours, by the clocks on the walls of their time zone. */
export function isWithinHours({ timeZone, days, from, to }: Hours, instant: Date): boolean {
  const { day, minute } = wallClock(timeZone, instant);
  const isWorkday = (which: number) => days.includes(DAYS.at(which % DAYS.length) ?? "mon");
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  if (begin < end) return isWorkday(day) && begin <= minute && minute < end;
  return (isWorkday(day) && begin <= minute) || (isWorkday(day - 1) && minute < end);
}

/**
 * The next instant, to the minute, at which working hours begin or end; `undefined` where they never do. The clocks may
 * be put forward or back on the way.
 */
export function nextChangeOfHours(hours: Hours, instant: Date): Date | undefined {
  const isWithin = isWithinHours(hours, instant);
  let at = startOfMinute(instant);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    at = nextEdge(hours, at);
    if (isWithinHours(hours, at) !== isWithin) return at;
  }
  return undefined;
}

/** The next time of `from`, of `to` or of midnight, or the next instant at which clocks are changed. */
function nextEdge({ timeZone, from, to }: Hours, at: Date): Date {
  const { minute } = wallClock(timeZone, at);
  const minutes = Math.min(
    ...[minuteOf(from), minuteOf(to), DAY_MINUTES].map((edge) => (edge > minute ? edge : edge + DAY_MINUTES) - minute),
  );
  const changesClocks = (after: number) =>
    (minute + after) % DAY_MINUTES !== wallClock(timeZone, secondsAfter(at, after * 60)).minute;
  if (!changesClocks(minutes)) return secondsAfter(at, minutes * 60);
  return secondsAfter(at, 60 * firstOf(minutes, changesClocks));
}

/** The least of the numbers from 1 to `last` that passes, where all greater ones do, too. */
function firstOf(last: number, passes: (number: number) => boolean): number {
  let [low, high] = [1, last];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function startOfMinute(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 60_000) * 60_000);
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return 60 * hour + minute;
}

/** Fixed offsets are refused: they know nothing of summer time. */
function isTimeZone(name: string): boolean {
  try {
    clockOf(name);
    return /[A-Za-z]/.test(name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The day of the week, Monday being 0, and the minute of the day. */
function wallClock(timeZone: string, instant: Date): { readonly day: number; readonly minute: number } {
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const day = DAYS.findIndex((name) => name === parts.get("weekday")?.toLowerCase());
  return { day, minute: 60 * Number(parts.get("hour")) + Number(parts.get("minute")) };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Made once a time zone, which takes a millisecond; to read it takes microseconds. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  clocks.set(timeZone, clock);
  return clock;
}

/** The time between two firings, and how often that gap occurs. */
export type Gap = { readonly seconds: number; readonly times: number };

const DAY_MS = 86_400_000;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Two years from a fixed day, so that the result does not depend on the day of the deploy. */
const [FROM, DAYS] = [Date.UTC(2026, 0, 1), 731];

type Fields = Readonly<Record<"minutes" | "hours" | "daysOfMonth" | "months" | "weekdays", ReadonlySet<number>>>;

/**
 * The gaps of an EventBridge cron expression over two years; `undefined` where it never fires, or cannot be parsed. L,
 * W and # are not supported.
 */
export function cronGaps(expression: string): readonly Gap[] | undefined {
  const fields = parseCron(expression);
  if (!fields) return undefined;
  const times = [...fields.hours]
    .flatMap((hour) => [...fields.minutes].map((minute) => hour * 60 + minute))
    .toSorted((a, b) => a - b);
  const days = Array.from({ length: DAYS }, (_, day) => day).filter((day) =>
    firesOn(new Date(FROM + day * DAY_MS), fields),
  );
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || days.length < 2) return undefined;
  const within = steps(times).map((minutes) => ({ seconds: minutes * 60, times: days.length }));
  const between = steps(days).map((passed) => ({ seconds: (passed * 1440 - last + first) * 60, times: 1 }));
  return [...within, ...between];
}

function steps(ascending: readonly number[]): readonly number[] {
  return ascending.slice(1).map((value, i) => value - (ascending[i] ?? 0));
}

function firesOn(day: Date, { daysOfMonth, months, weekdays }: Fields): boolean {
  return months.has(day.getUTCMonth() + 1) && daysOfMonth.has(day.getUTCDate()) && weekdays.has(day.getUTCDay() + 1);
}

function parseCron(expression: string): Fields | undefined {
  const [minute = "", hour = "", dayOfMonth = "", month = "", weekday = "", year, ...more] =
    /^cron\((.+)\)$/.exec(expression)?.[1]?.split(/\s+/) ?? [];
  if (year !== "*" || more.length > 0 || (dayOfMonth === "?") === (weekday === "?")) return undefined;
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const daysOfMonth = valuesOf(dayOfMonth, 1, 31);
  const months = valuesOf(month, 1, 12, MONTHS);
  const weekdays = valuesOf(weekday, 1, 7, WEEKDAYS);
  return minutes && hours && daysOfMonth && months && weekdays && { minutes, hours, daysOfMonth, months, weekdays };
}

/** The values of one field: a list of `*`, `?`, `a` and `a-b`, each perhaps with `/step`. */
function valuesOf(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
    const [from, to, ...more] =
      range === "*" || range === "?" ? [least, most] : range.split("-").map((value) => valueOf(value, names));
    const end = to ?? (step === undefined ? from : most);
    if (from === undefined || end === undefined || more.length > 0 || !(least <= from && from <= end && end <= most))
      return undefined;
    for (let value = from; value <= end; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

/** A number or one of the names, which count from 1; not a number otherwise. */
function valueOf(text: string, names: readonly string[]): number {
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : NaN;
}

/** Seconds from one instant to another, negative where the second comes first. */
export function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}

/** The instant so many seconds later. */
export function secondsAfter(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1000);
}

export function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}

/** An instant for people, to the minute: `2026-12-24 18:00 UTC`. */
export function utcMinute(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A duration for people, in its two largest units: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 3600) return inTwo(whole, 60, "min", 1, "s");
  if (whole < 86_400) return inTwo(whole, 3600, "h", 60, "min");
  return inTwo(whole, 86_400, "d", 3600, "h");
}

function inTwo(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ""}`;
}

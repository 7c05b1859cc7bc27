import { secondsAfter } from "./time.ts";

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY_SECONDS = 86_400;

/** What {@link parseUntil} takes, for messages. */
export const UNTIL_EXPECTED = "a date like 2026-12-24, or an instant like 2026-12-24T18:00Z";

/** The instant at which something ends: the end of a date in UTC, or an instant with its offset. */
export function parseUntil(text: string): Date | undefined {
  if (DATE.test(text)) {
    const start = realDate(text);
    return start && secondsAfter(start, DAY_SECONDS);
  }
  const [, date] = INSTANT.exec(text) ?? [];
  if (date === undefined || realDate(date) === undefined) return undefined;
  const instant = new Date(text);
  return isReal(instant) ? instant : undefined;
}

/** The start of a date in UTC; `undefined` for a day that its month does not have. */
function realDate(date: string): Date | undefined {
  const start = new Date(`${date}T00:00:00Z`);
  return isReal(start) && start.toISOString().startsWith(date) ? start : undefined;
}

function isReal(instant: Date): boolean {
  return !Number.isNaN(instant.getTime());
}

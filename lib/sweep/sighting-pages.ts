import * as v from "valibot";
import { mergeSightings, type Sighting, type Sightings } from "./sightings.ts";

/** What a standard parameter holds. */
const MAX_CHARACTERS = 4096;

const Milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e14));
/** Per app: the epoch millisecond at which it was first seen down, and after how many more it was in service again. */
const Page = v.strictObject({
  v: v.literal(1),
  apps: v.record(
    v.pipe(v.string(), v.regex(/^[\w-]{8}$/)),
    v.union([v.strictTuple([Milliseconds]), v.strictTuple([Milliseconds, Milliseconds])]),
  ),
});

/** The texts in which sightings are kept, by their numbers from 0 on. */
export type Pages = ReadonlyMap<number, string>;

/** Reads sightings back. Throws, naming the page, where one cannot be read. */
export function readPages(pages: Pages): Sightings {
  let all: Sightings = new Map();
  for (const [number, text] of pages) all = mergeSightings(all, readPage(number, text));
  return all;
}

/**
 * Writes sightings out, at least so many pages, each short enough for a parameter. What stays the same stays in the
 * same text, so that only the pages of apps that changed differ.
 */
export function toPages(sightings: Sightings, atLeast: number): Pages {
  const entries = [...sightings].sort(([a], [b]) => (a < b ? -1 : 1));
  for (let count = 1; ; count *= 2) {
    const pages = Map.groupBy(entries, ([id]) => pageOf(id, count));
    const texts = new Map(Array.from({ length: count }, (_, number) => [number, toPage(pages.get(number) ?? [])]));
    if (count >= atLeast && [...texts.values()].every(({ length }) => length <= MAX_CHARACTERS)) return texts;
  }
}

/** A page without any app. */
export const EMPTY_PAGE = toPage([]);

function pageOf(id: string, count: number): number {
  return Buffer.from(id, "base64url").readUInt16BE() % count;
}

function readPage(number: number, text: string): Sightings {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Page), text);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const why = `${v.getDotPath(issue) ?? "its text"}: ${issue.message}`;
    throw new Error(`the parameter sightings/${number} cannot be read (${why}); delete it to begin anew`);
  }
  return new Map(
    Object.entries(parsed.output.apps).map(([id, [down, more]]): [string, Sighting] => {
      return [id, { downAt: new Date(down), upAt: more === undefined ? undefined : new Date(down + more) }];
    }),
  );
}

function toPage(entries: readonly (readonly [string, Sighting])[]): string {
  const apps = entries.map(([id, { downAt, upAt }]): [string, number[]] => {
    const down = downAt.getTime();
    return [id, upAt ? [down, upAt.getTime() - down] : [down]];
  });
  return JSON.stringify({ v: 1, apps: Object.fromEntries(apps) });
}

import * as v from "valibot";
import { AwsError } from "./errors.ts";

/** A page's items and, where another call is needed, its token. */
export type Page<T> = { items: T[]; nextToken: string | undefined };
/** Where a page starts and how long it may get; eager: a full page carries a token even if nothing follows. */
export type PageRequest = { MaxResults: number; NextToken?: string | undefined; isEager?: boolean };
/** Items in the order in which they are handed out: by key, upwards or downwards. */
export type Listing<T> = { entries: readonly (readonly [key: string, item: T])[]; isDescending: boolean };

const Position = v.object({ after: v.exactOptional(v.string()) });

/** Puts items in the order of their keys, which have to be unique. */
export function listing<T>(items: Iterable<T>, keyOf: (item: T) => string, isDescending = false): Listing<T> {
  const entries = Array.from(items, (item): readonly [string, T] => [keyOf(item), item]);
  const sign = isDescending ? -1 : 1;
  return { entries: entries.sort(([a], [b]) => (a < b ? -sign : sign)), isDescending };
}

/**
 * Cuts one page out of a listing. A token names the last item handed out, not a count, so that items that come and go
 * between two calls neither repeat nor hide others.
 */
export function pageOf<T>({ entries, isDescending }: Listing<T>, request: PageRequest, invalidToken: string): Page<T> {
  const after = request.NextToken === undefined ? undefined : positionOf(request.NextToken, invalidToken);
  const start = after === undefined ? 0 : firstBeyond(entries, after, isDescending);
  const page = entries.slice(start, start + request.MaxResults);
  const last = page.at(-1);
  const isMore =
    start + page.length < entries.length || (request.isEager === true && page.length === request.MaxResults);
  return { items: page.map(([, item]) => item), nextToken: isMore && last ? tokenAfter(last[0]) : undefined };
}

/**
 * The key that a token stands for, undefined for the start; throws the service's code for a token that it never gave.
 */
export function positionOf(token: string, invalidToken: string): string | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return v.parse(Position, json).after;
  } catch {
    throw new AwsError(invalidToken, "The specified token is not valid.");
  }
}

/** An opaque token for the items after this key, or for all of them. */
export function tokenAfter(key?: string): string {
  return Buffer.from(JSON.stringify({ after: key })).toString("base64url");
}

/** Those whose key begins with a prefix: they stand together in a listing, of keys in ASCII. */
export function beginningWith<T>({ entries, isDescending }: Listing<T>, prefix: string): Listing<T> {
  const [one, other] = [prefix, `${prefix}\u{7f}`].map((key) => firstBeyond(entries, key, isDescending));
  return { entries: isDescending ? entries.slice(other, one) : entries.slice(one, other), isDescending };
}

// By halves, because a big listing is asked for its every page.
function firstBeyond(entries: Listing<unknown>["entries"], after: string, isDescending: boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = entries[middle]?.[0] ?? "";
    if (isDescending ? key >= after : key <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

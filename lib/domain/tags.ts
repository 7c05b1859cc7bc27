/** Whether an app is never stopped: any value but `false`, `no`, `off` or `0` says so. */
export const EXEMPT_TAG = "studio-reaper:exempt";

/** Until when an app is kept: a date, which counts to its end in UTC, or an instant with its offset. */
export const KEEP_UNTIL_TAG = "studio-reaper:keep-until";

/**
 * The tags that hold for one app, by key: its own, its space's, its user profile's and its domain's, the nearest of
 * each key. `unreadable` where they could not be read, so that nobody knows what they ask for.
 */
export type Tags = Readonly<Record<string, string>> | "unreadable";

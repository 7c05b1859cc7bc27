import type { App, AppKey } from "../domain/app.ts";

/** `ListApps` and `DescribeApp` need not round a creation time alike. */
const ROUNDING_MS = 1000;

/**
 * Whether two answers of the service may be about the same incarnation of an app. The same creation time does not prove
 * it.
 */
export function mayBeSameIncarnation(one: App, other: App): boolean {
  return Math.abs(one.createdAt.getTime() - other.createdAt.getTime()) < ROUNDING_MS;
}

/** An app's latest incarnation; `isInService` where every entry of the listing says so. */
export type Incarnation = { readonly app: App; readonly isInService: boolean };

/**
 * The latest incarnation of each app. A listing that changes between two pages can show an app twice, in two states or
 * as two incarnations; each app gets one verdict, on the state in which it is kept, unless it is deleted.
 */
export function latestIncarnations(listed: readonly App[]): ReadonlyMap<AppKey, Incarnation> {
  const latest = new Map<AppKey, Incarnation>();
  for (const app of listed) {
    const isInService = app.status === "InService";
    const other = latest.get(app.key);
    if (other === undefined || (app.createdAt > other.app.createdAt && !mayBeSameIncarnation(app, other.app))) {
      latest.set(app.key, { app, isInService });
    } else if (mayBeSameIncarnation(app, other.app)) {
      const preferred = other.app.status === "Deleted" || (!isInService && app.status !== "Deleted") ? app : other.app;
      latest.set(app.key, { app: preferred, isInService: isInService && other.isInService });
    }
  }
  return latest;
}

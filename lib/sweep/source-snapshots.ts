import { isTelling, type SourceCount, type SourceCounts } from "../policy/fleet-sources.ts";
import { secondsBetween } from "../policy/time.ts";

/** What the fleet reported at an instant. */
export type SourceSnapshot = { readonly takenAt: Date; readonly counts: SourceCounts };

/** A loss shows in the fleet over the time in which each agent writes once: 3.7 h for 10 000 apps. */
const TAKEN_EVERY_SECONDS = 3 * 3600;

/** The count of what the fleet reported three to six hours ago, or since when there is one. */
export function countBefore(snapshots: readonly SourceSnapshot[], key: string): SourceCount | undefined {
  return snapshots.map(({ counts }) => counts.get(key)).find((count) => count !== undefined && isTelling(count));
}

/**
 * The last two snapshots, with another one where the last is three hours old. What too few apps report stays as it was.
 */
export function takeSnapshot(
  snapshots: readonly SourceSnapshot[],
  counts: SourceCounts,
  now: Date,
): readonly SourceSnapshot[] {
  const last = snapshots.at(-1);
  if (last && secondsBetween(last.takenAt, now) < TAKEN_EVERY_SECONDS) return snapshots;
  const telling = [...counts].filter(([, count]) => isTelling(count));
  if (telling.length === 0) return snapshots;
  return [...snapshots.slice(-1), { takenAt: now, counts: new Map([...(last?.counts ?? []), ...telling]) }];
}

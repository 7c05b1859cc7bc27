import { countSources, examineSources, type Reporter } from "../policy/fleet-sources.ts";
import type { Trip } from "../policy/trip.ts";
import type { Candidate, Grounds } from "./candidate.ts";
import { countBefore, takeSnapshot, type SourceSnapshot } from "./source-snapshots.ts";

/** What the apps say when they are looked at together. */
export type FleetView = {
  /** The apps, those marked that lack what much of the fleet lost at once. */
  readonly candidates: readonly Candidate[];
  readonly trip: Trip | undefined;
  readonly snapshots: readonly SourceSnapshot[];
};

/**
 * Compares what the fleet reports with what it reported some hours ago. While a source is missing, what was reported
 * before stays what is expected.
 */
export function examineFleet(
  candidates: readonly Candidate[],
  { observed, policy, now }: Grounds,
  snapshots: readonly SourceSnapshot[],
): FleetView {
  const reporters = candidates.flatMap(({ app, agent }): Reporter[] => {
    const reading = observed.readings.get(app.key);
    if (agent !== "live" || reading?.kind !== "heartbeat") return [];
    const { up, idle } = reading.heartbeat;
    return [{ key: app.key, type: app.type, instanceType: app.instanceType, up, idle }];
  });
  const before = (key: string) => countBefore(snapshots, key);
  const { trip, incomplete } = examineSources(reporters, before, policy.budget.missingShare);
  return {
    candidates: candidates.map((one) => (incomplete.has(one.app.key) ? { ...one, agent: "incomplete" } : one)),
    trip,
    snapshots: trip === undefined ? takeSnapshot(snapshots, countSources(reporters), now) : snapshots,
  };
}

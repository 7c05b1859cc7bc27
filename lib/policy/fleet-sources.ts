import type { AppKey } from "../domain/app.ts";
import { SOURCES, type Heartbeat, type Source } from "../domain/heartbeat.ts";
import { ALWAYS_MISSING, mostMissing, type Trip } from "./trip.ts";

/** A source is missed where at least this share of the apps reported it. */
const NEARLY_ALL = 0.9;

/** An agent that has run for so long has had two chances to say what it could not read at its start. */
const SETTLED_SECONDS = 1800;

/** An app whose agent is heard: `up` seconds of the agent, and what it says of each source. */
export type Reporter = {
  readonly key: AppKey;
  readonly type: string;
  readonly instanceType: string | undefined;
  readonly up: number;
  readonly idle: Heartbeat["idle"];
};

/** Of the apps of one type that should report a source: how many there were, and how many reported it. */
export type SourceCount = { readonly apps: number; readonly reporting: number };

/** By {@link countKey}. */
export type SourceCounts = ReadonlyMap<string, SourceCount>;

/** What is wrong with the fleet's sources. */
export type SourceFindings = {
  /** The source that most apps lack, where that is too many. */
  readonly trip: Trip | undefined;
  /** The apps that lack a source which the fleet lost, or cannot read one that much of the fleet cannot read. */
  readonly incomplete: ReadonlySet<AppKey>;
};

export const countKey = (type: string, source: Source): string => `${type}/${source}`;

/** How many apps report each source. */
export function countSources(reporters: readonly Reporter[]): SourceCounts {
  const counts = groupsOf(reporters).map(({ type, source, apps }): [string, SourceCount] => [
    countKey(type, source),
    { apps: apps.length, reporting: apps.filter(({ idle }) => idle[source] !== undefined).length },
  ]);
  return new Map(counts);
}

/**
 * Finds the sources that more than a share of the apps of a type lack, though nearly all of them reported it some time
 * ago. A source that is absent does not apply, so that its app is judged by the others: where a bad image or agent
 * loses one, people at work would look idle. What agents cannot read keeps their apps, and is only told.
 */
export function examineSources(
  reporters: readonly Reporter[],
  before: (key: string) => SourceCount | undefined,
  missingShare: number,
): SourceFindings {
  const incomplete = new Set<AppKey>();
  let trip: Trip | undefined;
  for (const { type, source, apps } of groupsOf(reporters)) {
    const lacking = apps.filter(({ idle }) => idle[source] === undefined);
    if (lacking.length > mostMissing(apps.length, missingShare) && wasReported(before(countKey(type, source)))) {
      for (const { key } of lacking) incomplete.add(key);
      if (lacking.length > (trip?.affected ?? 0))
        trip = { cause: "source-missing", apps: apps.length, affected: lacking.length, source };
    }
    const settled = apps.filter(({ up }) => up >= SETTLED_SECONDS);
    const unread = settled.filter(({ idle }) => idle[source] === null);
    if (unread.length > mostMissing(settled.length, missingShare)) for (const { key } of unread) incomplete.add(key);
  }
  return { trip, incomplete };
}

/** Whether there were enough apps to tell, and nearly all of them reported the source. */
function wasReported(count: SourceCount | undefined): boolean {
  return count !== undefined && isTelling(count) && count.reporting >= NEARLY_ALL * count.apps;
}

/** Whether there are enough apps to tell anything by. */
export function isTelling({ apps }: SourceCount): boolean {
  return apps > ALWAYS_MISSING;
}

type Group = { readonly type: string; readonly source: Source; readonly apps: readonly Reporter[] };

/** The apps of each type, by the sources that each of them should report. */
function groupsOf(reporters: readonly Reporter[]): readonly Group[] {
  const byType = [...Map.groupBy(reporters, ({ type }) => type)];
  return byType.flatMap(([type, all]) =>
    SOURCES.map((source) => ({ type, source, apps: all.filter((app) => shouldReport(app, source)) })),
  );
}

/** The mix of a fleet changes in the course of a day, and with it who has a GPU, or has opened an editor yet. */
function shouldReport({ type, instanceType = "", up }: Reporter, source: Source): boolean {
  if (source === "gpu") return /^ml\.[gp]\d/.test(instanceType);
  if (source === "editor") return type === "CodeEditor" && up >= SETTLED_SECONDS;
  return true;
}

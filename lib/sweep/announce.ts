import type { App, AppKey } from "../domain/app.ts";
import type { Notice } from "../domain/notice.ts";
import type { Trip } from "../policy/trip.ts";
import type { KeepReason } from "../policy/verdict.ts";
import { breakerEvent, keptAliveEvent, stoppedEvent, warnedEvent, type Subject } from "./compose-events.ts";
import type { SweepEvent } from "./events.ts";
import { MAX_KEPT_ALIVE, type FleetState } from "./fleet-memory.ts";
import type { Judged } from "./report.ts";
import { sightingId } from "./sightings.ts";
import type { StopRun } from "./stop-all.ts";
import type { FinishedStop } from "./unfinished-stops.ts";

/** Verdicts that do not say whether an app is kept alive. */
const SAY_NOTHING: readonly KeepReason[] = ["tags-unknown", "rule-unknown"];

/** What came of a sweep, for those who listen to the event bus. */
export type Doings = {
  readonly judged: readonly Judged[];
  /** The notices that were written to warn users. */
  readonly warned: ReadonlyMap<AppKey, Notice>;
  readonly stops: readonly FinishedStop[];
  readonly userOf: (app: App) => string | undefined;
  /** Why the breaker is open for live apps. */
  readonly trip: Trip | undefined;
};

/**
 * Publishes what a sweep did with live apps: whom it warned, what it stopped, and what has begun. What has begun is
 * remembered once it is published, so that it is said once, and by the next sweep where this one could not.
 */
export async function announce(
  run: StopRun,
  doings: Doings,
  before: FleetState | undefined,
  sources: FleetState["sources"],
): Promise<void> {
  const { ports, failures } = run;
  const subject = (of: Omit<Subject, "user">): Subject => ({ ...of, user: doings.userOf(of.app) });
  // Where it is not known which rule holds, an app is judged as in a dry run, but may be a live one.
  const live = doings.judged.filter(({ policy }) => policy.mode === "live" || policy.doubt !== undefined);
  const after = before && { ...stateAfter(before, live, doings.trip), sources };
  const events = [
    ...warnings(doings, subject),
    ...doings.stops.map((stop) => stoppedEvent(subject(stop), stop.verdict, run.clock())),
    ...(before && after ? beginnings(before, after, { ...doings, judged: live }, subject) : []),
  ];
  const isPublished = await publish(run, events);
  if (before === undefined || after === undefined) return;
  const known = isPublished ? after : { ...before, sources };
  await failures.collect("keeping what is known", () => ports.fleetMemory.save(known));
}

type ToSubject = (of: Omit<Subject, "user">) => Subject;

function warnings({ judged, warned }: Doings, subject: ToSubject): readonly SweepEvent[] {
  return judged.flatMap((one) => {
    const notice = warned.get(one.app.key);
    if (notice === undefined || one.verdict.verdict !== "keep" || !one.verdict.dueWarning) return [];
    const { endsByActivity } = one.verdict.dueWarning;
    return [warnedEvent(subject(one), { verdict: one.verdict, endsByActivity }, notice)];
  });
}

/** Keep-alives that are new, and the breaker where it was not open for the same cause before. */
function beginnings(
  before: FleetState,
  { breaker, keptAlive }: FleetState,
  { judged, trip }: Pick<Doings, "judged" | "trip">,
  subject: ToSubject,
): readonly SweepEvent[] {
  const kept = judged.flatMap((one) => {
    if (one.verdict.verdict !== "keep" || one.verdict.keptUntil === undefined) return [];
    const id = sightingId(one.app.key);
    const isNew = keptAlive.has(id) && !before.keptAlive.has(id);
    return isNew ? [keptAliveEvent(subject(one), one.verdict, one.verdict.keptUntil)] : [];
  });
  return [...(trip && breaker !== before.breaker ? [breakerEvent(trip)] : []), ...kept];
}

function stateAfter(
  before: FleetState,
  judged: readonly Judged[],
  trip: Trip | undefined,
): Pick<FleetState, "breaker" | "keptAlive"> {
  const ids = judged.flatMap(({ app: { key }, verdict: { reason } }) => {
    if (reason === "kept-alive") return [sightingId(key)];
    const mayBeKept = before.keptAlive.size > 0 && SAY_NOTHING.some((one) => one === reason);
    return mayBeKept ? [sightingId(key)].filter((id) => before.keptAlive.has(id)) : [];
  });
  // Those that are known come first: where there is no room, the new ones are not announced.
  const known = ids.filter((id) => before.keptAlive.has(id));
  const begun = ids.filter((id) => !before.keptAlive.has(id));
  return { breaker: trip?.cause, keptAlive: new Set([...known, ...begun].slice(0, MAX_KEPT_ALIVE)) };
}

async function publish({ ports, failures, remainingMs }: StopRun, events: readonly SweepEvent[]): Promise<boolean> {
  if (events.length === 0) return true;
  const isPublished = await failures.collect("publishing events", async () => {
    await ports.events.publish(events, remainingMs());
    return true;
  });
  return isPublished === true;
}

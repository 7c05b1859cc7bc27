import type { AppKey } from "../domain/app.ts";
import type { Notice } from "../domain/notice.ts";
import type { BudgetLimits, Mode } from "../policy/document.ts";
import { secondsBetween } from "../policy/time.ts";
import type { Trip } from "../policy/trip.ts";
import { announce } from "./announce.ts";
import { waitsForWarning, wantsStop, judgeApps, judgedAs } from "./candidate.ts";
import { Failures } from "./failures.ts";
import { examineFleet, type FleetView } from "./examine-fleet.ts";
import { budgetFleets, type Fleet } from "./fleets.ts";
import { runHousekeeping } from "./housekeeping.ts";
import { giveWarnings, tellStopped } from "./notify.ts";
import { observe } from "./observe.ts";
import type { Ports } from "./ports.ts";
import type { Judged, Report } from "./report.ts";
import { seeStopped, type Sightings } from "./sightings.ts";
import { stopAll, type StopRun } from "./stop-all.ts";
import { stopperFor } from "./stoppers.ts";
import { unfinishedStops, type FinishedStop } from "./unfinished-stops.ts";

/**
 * One run over every app of the account: observe, decide, budget, confirm, act, tell. Rejects where it could not
 * observe, and then nothing was stopped. Whatever fails after that is in the report, and hides no other app. No stop is
 * begun that might not end within the time that remains.
 */
export async function sweep(
  ports: Ports,
  clock: () => Date,
  remainingMs: () => number = () => Infinity,
): Promise<Report> {
  const startedAt = clock();
  const { policy, version } = await ports.readPolicy();
  const observed = await observe(ports, policy, clock);
  const decidedAt = clock();
  const grounds = { observed, policy, now: decidedAt };
  const failures = new Failures(observed.failures);
  const stopper = (mode: Mode) => stopperFor(mode, ports.studio);
  const run = { ports, stopperFor: stopper, failures, clock, remainingMs };
  const remember = (sightings: Sightings) =>
    failures.collect("keeping what was seen", () => ports.sightings.save(sightings));
  const before = await failures.collect("reading what the last sweep knew", () => ports.fleetMemory.recall());
  const fleet = examineFleet(judgeApps(grounds), grounds, before?.sources ?? []);
  const [{ judged, warned, trips }] = await Promise.all([act(run, fleet, policy.budget), remember(observed.sightings)]);
  const finished = stoppedOf(judged);
  const stopped = finished.map(({ app }) => app.key);
  if (stopped.length > 0) await remember(seeStopped(observed.sightings, stopped, decidedAt));
  const stops = [...finished, ...unfinishedStops(grounds)];
  const [untold] = await Promise.all([
    tellStopped(run, stops),
    announce(run, { judged, warned, stops, userOf: observed.userOf, trip: trips.live }, before, fleet.snapshots),
  ]);
  const house = await failures.collect("housekeeping", () =>
    runHousekeeping(ports, grounds, { judged, stopped, untold }),
  );
  return {
    mode: policy.mode,
    policyVersion: version,
    userOf: observed.userOf,
    breaker: (trips.live ?? trips["dry-run"])?.cause,
    judged,
    warningsGiven: warned.size,
    heartbeatsForgotten: house?.forgotten ?? 0,
    quotaShareUsed: ports.quotaShareUsed(),
    seconds: secondsBetween(startedAt, clock()),
    failures: failures.all,
  };
}

const stoppedOf = (judged: readonly Judged[]): readonly FinishedStop[] =>
  judged.flatMap(({ app, policy, verdict, outcome }) =>
    outcome === "stopped" && verdict.verdict === "stop" ? [{ app, policy, verdict }] : [],
  );

/** What came of the apps, whose users were warned, and where the breaker tripped. */
type Acted = {
  readonly judged: readonly Judged[];
  readonly warned: ReadonlyMap<AppKey, Notice>;
  readonly trips: Readonly<Partial<Record<Mode, Trip | undefined>>>;
};

/**
 * Cuts the stops to the budget and carries them out, and warns the users of those that come next. Says of each app what
 * has come of its verdict. Where the breaker trips, nobody is warned of a stop that is not to be.
 */
async function act(run: StopRun, { candidates, trip }: FleetView, budget: BudgetLimits): Promise<Acted> {
  const fleets = budgetFleets(candidates, budget, trip);
  const toWarn = fleets.flatMap(({ mode, trip, apps }) => (mode === "live" && !trip ? apps : []));
  const [stops, warned] = await Promise.all([
    stopAll(
      run,
      fleets.flatMap(({ allowed }) => allowed),
    ),
    giveWarnings(run, toWarn),
  ]);
  const trips = Object.fromEntries(fleets.map(({ mode, trip }) => [mode, trip]));
  return { judged: [...fleets.flatMap(notStopped), ...stops], warned, trips };
}

/** The apps of a fleet that no stop is tried of, each with why not. */
function notStopped({ apps, held, trip }: Fleet): readonly Judged[] {
  const kept = apps.filter((app) => !wantsStop(app));
  return [
    ...kept.map((app) => judgedAs(app, trip && waitsForWarning(app) ? "breaker" : "kept")),
    ...held.map((app) => judgedAs(app, trip ? "breaker" : "over-budget")),
  ];
}

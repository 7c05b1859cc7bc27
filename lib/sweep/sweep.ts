import type { AppKey } from "../domain/app.ts";
import { budgetStops } from "../policy/budget.ts";
import type { Policy } from "../policy/document.ts";
import { secondsBetween } from "../policy/time.ts";
import { wantsStop, judgeApps, judgedAs, type Candidate } from "./candidate.ts";
import { Failures } from "./failures.ts";
import { runHousekeeping } from "./housekeeping.ts";
import { observe } from "./observe.ts";
import type { Ports } from "./ports.ts";
import type { Judged, Report } from "./report.ts";
import { seeStopped, type Sightings } from "./sightings.ts";
import { stopAll, type StopRun } from "./stop-all.ts";
import { stopperFor } from "./stoppers.ts";

/**
 * One run over every app of the account: observe, decide, budget, confirm, act. Rejects where it could not observe, and
 * then nothing was stopped. Whatever fails after that is in the report, and hides no other app. No stop is begun that
 * might not end within the time that remains.
 */
export async function sweep(
  ports: Ports,
  clock: () => Date,
  remainingMs: () => number = () => Infinity,
): Promise<Report> {
  const startedAt = clock();
  const policy = await ports.readPolicy();
  const observed = await observe(ports, policy, clock);
  const decidedAt = clock();
  const candidates = judgeApps(observed, policy, decidedAt);
  const failures = new Failures(observed.failures);
  const stop = stopperFor(policy.mode, ports.studio);
  const remember = (sightings: Sightings) =>
    failures.collect("keeping what was seen", () => ports.sightings.save(sightings));
  const [judged] = await Promise.all([
    act({ ports, stop, failures, clock, remainingMs }, candidates, policy.budget),
    remember(observed.sightings),
  ]);
  const stopped = stoppedOf(judged);
  if (stopped.length > 0) await remember(seeStopped(observed.sightings, stopped, decidedAt));
  const house = await failures.collect("housekeeping", () =>
    runHousekeeping(ports, policy, observed, { stopped, decidedAt }),
  );
  return {
    mode: policy.mode,
    judged,
    heartbeatsForgotten: house?.forgotten ?? 0,
    quotaShareUsed: ports.quotaShareUsed(),
    seconds: secondsBetween(startedAt, clock()),
    failures: failures.all,
  };
}

const stoppedOf = (judged: readonly Judged[]): readonly AppKey[] =>
  judged.filter(({ outcome }) => outcome === "stopped").map(({ app }) => app.key);

/** Cuts the stops to the budget and carries them out; says of each app what has come of its verdict. */
async function act(
  run: StopRun,
  candidates: readonly Candidate[],
  limits: Policy["budget"],
): Promise<readonly Judged[]> {
  const fleetSize = candidates.filter(({ agent }) => agent !== "not-watched").length;
  const { allowed, held, tripped } = budgetStops(candidates.filter(wantsStop), limits, fleetSize);
  return [
    ...candidates.filter((candidate) => !wantsStop(candidate)).map((kept) => judgedAs(kept, "kept")),
    ...held.map((candidate) => judgedAs(candidate, tripped ? "breaker" : "over-budget")),
    ...(await stopAll(run, allowed)),
  ];
}

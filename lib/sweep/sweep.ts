import { judgedAs, wantsStop, type Candidate } from "./candidate.ts";
import { Failures } from "./failures.ts";
import { keepHouse } from "./housekeeping.ts";
import { observe } from "./observe.ts";
import { assessHeartbeat } from "../policy/assess-heartbeat.ts";
import { budgetStops } from "../policy/budget.ts";
import { agentState } from "../policy/coverage.ts";
import { decide } from "../policy/decide.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import { secondsBetween } from "../policy/time.ts";
import { isWatched } from "../policy/watched.ts";
import type { Ports } from "./ports.ts";
import type { Judged, Report } from "./report.ts";
import { stopAll } from "./stop-all.ts";
import { stopperFor } from "./stoppers.ts";

/**
 * One run over every app of the account: observe, decide, budget, confirm, act. Throws where it could not observe, and then nothing
 * was stopped; whatever fails after that is in the report, and hides no other app.
 */
export async function sweep(
  ports: Ports,
  clock: () => Date,
  remainingMs: () => number = () => Infinity,
): Promise<Report> {
  const startedAt = clock();
  const policy = await ports.settings.policy();
  const observed = await observe(ports, policy);

  const decidedAt = clock();
  const candidates = observed.apps.map((app): Candidate => {
    const appPolicy = resolvePolicy(policy, app, observed.ownerOf);
    const heartbeat = assessHeartbeat(app, observed.readings.get(app.key) ?? { kind: "none" }, decidedAt);
    return {
      app,
      agent: agentState(app, heartbeat),
      policy: appPolicy,
      verdict: decide({ app, heartbeat, policy: appPolicy, now: decidedAt }),
    };
  });

  const { allowed, held, tripped } = budgetStops(
    candidates.filter(wantsStop),
    policy.budget,
    candidates.filter(({ app }) => isWatched(app)).length,
  );
  const failures = new Failures(observed.unreadable);
  const stop = stopperFor(policy.mode, ports.studio);
  const judged: Judged[] = [
    ...candidates.filter((one) => !wantsStop(one)).map((one) => judgedAs(one, "kept")),
    ...held.map((one) => judgedAs(one, tripped ? "breaker" : "over-budget")),
    ...(await stopAll(allowed, { ports, stop, clock, remainingMs, failures })),
  ];

  const house =
    policy.mode === "live"
      ? await failures.collect("keeping house", () => keepHouse(ports, policy, observed, decidedAt))
      : undefined;
  return {
    mode: policy.mode,
    judged,
    heartbeatsForgotten: house?.forgotten ?? 0,
    quotaShareUsed: ports.quotaShareUsed(),
    seconds: secondsBetween(startedAt, clock()),
    failures: failures.all,
  };
}

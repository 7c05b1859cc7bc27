import { confirm } from "./confirm.ts";
import type { App } from "../domain/app.ts";
import { keepHouse } from "./housekeeping.ts";
import { observe } from "./observe.ts";
import { assessHeartbeat } from "../policy/assess-heartbeat.ts";
import { budgetStops } from "../policy/budget.ts";
import { agentState, type AgentState } from "../policy/coverage.ts";
import { decide } from "../policy/decide.ts";
import type { AppPolicy } from "../policy/document.ts";
import type { Outcome } from "../policy/outcome.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import { secondsBetween } from "../policy/time.ts";
import type { Stop, Verdict } from "../policy/verdict.ts";
import { isWatched } from "../policy/watched.ts";
import type { Ports, Stopper } from "./ports.ts";
import type { Judged, Report } from "./report.ts";
import { stopperFor } from "./stoppers.ts";

/** What confirming and stopping one app may take, each call with its retries. */
const STOP_MS = 90_000;

/** An app with the policy and the verdict it got. */
type Case = { readonly app: App; readonly agent: AgentState; readonly policy: AppPolicy; readonly verdict: Verdict };
type StopCase = Case & { readonly verdict: Stop };

/**
 * One run over every app of the account: observe, decide, budget, confirm, act. Throws where it could not observe, and then nothing
 * was stopped; whatever fails after that is in the report, and hides no other app. No stop is begun that might not end within the time that remains.
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
  const cases = observed.apps.map((app): Case => {
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
    cases.filter(wantsStop),
    policy.budget,
    cases.filter(({ app }) => isWatched(app)).length,
  );
  const failures = new Failures(observed.unreadable);
  const judged: Judged[] = [
    ...cases.filter((one) => !wantsStop(one)).map((one) => judgedAs(one, "kept")),
    ...held.map((one) => judgedAs(one, tripped ? "breaker" : "over-budget")),
  ];
  const stopper = stopperFor(policy.mode, ports.studio);
  // One after the other, so that each is confirmed right before its stop and not a moment earlier.
  for (const one of allowed) {
    // One that is cut off, and sent again by the invocation that comes after, would be confirmed no longer.
    if (remainingMs() < STOP_MS) {
      judged.push(judgedAs(one, "over-budget"));
      continue;
    }
    const stopped = await failures.collect(`stopping ${one.app.key}`, () => confirmAndStop(ports, one, stopper, clock));
    judged.push(stopped ?? judgedAs(one, "failed"));
  }

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

function wantsStop(one: Case): one is StopCase {
  return one.verdict.verdict === "stop";
}

function judgedAs({ app, agent, verdict }: Case, outcome: Outcome): Judged {
  return { app, agent, verdict, outcome };
}

async function confirmAndStop(
  ports: Ports,
  { app, agent, policy, verdict }: StopCase,
  stop: Stopper,
  clock: () => Date,
): Promise<Judged> {
  const confirmed = await confirm(ports, app, policy, clock);
  if (confirmed === undefined) return { app, agent, verdict, outcome: "gone" };
  if (confirmed.verdict === "keep") return { app, agent, verdict: confirmed, outcome: "changed" };
  return { app, agent, verdict: confirmed, outcome: await stop(app) };
}

/** Collects what fails, each with what was being done, so that the rest goes on. */
class Failures {
  readonly all: Error[];

  constructor(already: readonly Error[]) {
    this.all = [...already];
  }

  async collect<T>(doing: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (cause) {
      this.all.push(
        new Error(`${doing}: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`, { cause }),
      );
      return undefined;
    }
  }
}

import { confirm } from "./confirm.ts";
import { judgedAs, type StopCandidate } from "./candidate.ts";
import type { Failures } from "./failures.ts";
import type { Ports, Stopper } from "./ports.ts";
import type { Judged } from "./report.ts";

/** What confirming and stopping one app may take, each call with its retries. */
const STOP_MS = 90_000;

/** How often an app's stop is begun where the service throttles it; each time comes after those of the other apps. */
const MOST_TRIES = 5;

type Means = {
  readonly ports: Ports;
  readonly stop: Stopper;
  readonly clock: () => Date;
  readonly remainingMs: () => number;
  readonly failures: Failures;
};

/**
 * Confirms and stops the candidates one after the other, so that each is confirmed right before its stop. No stop is begun that might not end within
 * the time that remains. What the service throttles is confirmed and tried again after the others.
 */
export async function stopAll(candidates: readonly StopCandidate[], means: Means): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const queue = candidates.map((candidate) => ({ candidate, tries: 1 }));
  for (const { candidate, tries } of queue) {
    if (means.remainingMs() < STOP_MS) {
      judged.push(judgedAs(candidate, "over-budget"));
      continue;
    }
    const doing = `stopping ${candidate.app.key}`;
    const stopped = await means.failures.collect(doing, () => confirmAndStop(candidate, means));
    if (stopped !== "throttled") {
      judged.push(stopped ?? judgedAs(candidate, "failed"));
    } else if (tries < MOST_TRIES) {
      queue.push({ candidate, tries: tries + 1 });
    } else {
      means.failures.add(doing, `the service throttled it ${MOST_TRIES} times`);
      judged.push(judgedAs(candidate, "failed"));
    }
  }
  return judged;
}

async function confirmAndStop(candidate: StopCandidate, { ports, stop, clock }: Means): Promise<Judged | "throttled"> {
  const { app, policy } = candidate;
  const verdict = await confirm(ports, app, policy, clock);
  if (verdict === undefined) return judgedAs(candidate, "gone");
  if (verdict.verdict === "keep") return judgedAs({ ...candidate, verdict }, "changed");
  const outcome = await stop(app);
  return outcome === "throttled" ? outcome : judgedAs({ ...candidate, verdict }, outcome);
}

import type { Mode } from "../policy/document.ts";
import { judgedAs, type StopCandidate } from "./candidate.ts";
import { confirm } from "./confirm.ts";
import type { Failures } from "./failures.ts";
import type { Ports, Stopper } from "./ports.ts";
import type { Judged } from "./report.ts";

/** How long confirming and stopping one app may take, all retries of its calls included. */
const STOP_MS = 90_000;

/** How often the stop of one app is tried while the service is busy. */
const MAX_TRIES = 5;

/** What the stops of one sweep share. */
export type StopRun = {
  readonly ports: Ports;
  /** The stopper of the mode that holds for an app. */
  readonly stopperFor: (mode: Mode) => Stopper;
  readonly failures: Failures;
  readonly clock: () => Date;
  readonly remainingMs: () => number;
};

type Try = { readonly candidate: StopCandidate; readonly tries: number };

/**
 * Confirms and stops apps one after the other, so that each is confirmed immediately before its own stop. An app whose
 * stop the service throttles or does not answer is confirmed and tried again after the others.
 */
export async function stopAll(run: StopRun, candidates: readonly StopCandidate[]): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const queue = candidates.map((candidate): Try => ({ candidate, tries: 1 }));
  for (const attempt of queue) {
    const result = await tryToStop(run, attempt);
    if (result === "busy") queue.push({ ...attempt, tries: attempt.tries + 1 });
    else judged.push(result);
  }
  return judged;
}

async function tryToStop(run: StopRun, { candidate, tries }: Try): Promise<Judged | "busy"> {
  // A later invocation may send an interrupted call again, when its confirmation is out of date: none is begun late.
  if (run.remainingMs() < STOP_MS) return judgedAs(candidate, "over-budget");
  const doing = `stopping ${candidate.app.key}`;
  const result = await run.failures.collect(doing, () => confirmAndStop(run, candidate));
  if (result !== "busy") return result ?? judgedAs(candidate, "failed");
  if (tries < MAX_TRIES) return result;
  run.failures.add(doing, `the service throttled it or did not answer, ${MAX_TRIES} times`);
  return judgedAs(candidate, "failed");
}

async function confirmAndStop(
  { ports, stopperFor, clock }: StopRun,
  candidate: StopCandidate,
): Promise<Judged | "busy"> {
  const confirmed = await confirm(ports, candidate, clock);
  if (confirmed === undefined) return judgedAs(candidate, "gone");
  if (confirmed.verdict.verdict === "keep") return judgedAs(confirmed, "changed");
  // A stop that was not decided live has no warning, whatever the mode is by now.
  const stop = stopperFor(candidate.policy.mode === "live" ? confirmed.policy.mode : "dry-run");
  const outcome = await stop(candidate.app);
  return outcome === "busy" ? outcome : judgedAs(confirmed, outcome);
}

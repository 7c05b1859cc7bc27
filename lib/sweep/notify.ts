import type { App, AppKey } from "../domain/app.ts";
import type { Notice } from "../domain/notice.ts";
import type { Candidate } from "./candidate.ts";
import { stopNotice, warningNotice } from "./compose-notice.ts";
import type { StopRun } from "./stop-all.ts";
import type { FinishedStop } from "./unfinished-stops.ts";

/** At one write a second, the time of two sweeps. The next one goes on. */
const MAX_WARNINGS = 120;

/** How long one write may take, all of its retries included. */
const WRITE_MS = 70_000;

type Telling = { readonly app: App; readonly doing: string; readonly compose: () => Notice };

/**
 * Warns the users of apps whose warning is due, those of the idlest first. An app whose user could not be warned yet is
 * not stopped meanwhile. Answers the notices that were written.
 */
export async function giveWarnings(
  run: StopRun,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<AppKey, Notice>> {
  const idlestFirst = candidates.toSorted((a, b) => (b.verdict.idleSeconds ?? 0) - (a.verdict.idleSeconds ?? 0));
  const due = idlestFirst.flatMap((candidate): Telling[] => {
    const { app, verdict } = candidate;
    const warning = verdict.verdict === "keep" ? verdict.dueWarning : undefined;
    if (warning === undefined) return [];
    return [
      { app, doing: `warning the user of ${app.key}`, compose: () => warningNotice(candidate, warning, run.clock()) },
    ];
  });
  return tellAll(run, due.slice(0, MAX_WARNINGS));
}

/** Leaves word of their stop for the users of apps that were stopped. Answers for which it could not. */
export async function tellStopped(run: StopRun, stops: readonly FinishedStop[]): Promise<ReadonlySet<AppKey>> {
  const stoppedAt = run.clock();
  const tellings = stops.map((stop) => ({
    app: stop.app,
    doing: `telling the user of ${stop.app.key} that it was stopped`,
    compose: () => stopNotice(stop, stop.verdict, stoppedAt, run.clock()),
  }));
  const told = await tellAll(run, tellings);
  return new Set(stops.map(({ app }) => app.key).filter((key) => !told.has(key)));
}

async function tellAll(
  { ports, failures, remainingMs }: StopRun,
  tellings: readonly Telling[],
): Promise<ReadonlyMap<AppKey, Notice>> {
  const told = new Map<AppKey, Notice>();
  for (const { app, doing, compose } of tellings) {
    if (remainingMs() < WRITE_MS) break;
    const write = async () => {
      const notice = compose();
      await ports.notices.put(app.key, notice);
      told.set(app.key, notice);
    };
    await failures.collect(doing, write);
  }
  return told;
}

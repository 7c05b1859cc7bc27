import { setTimeout as sleep } from "node:timers/promises";
import type { VerdictLine } from "../../lib/sweep/log-lines.ts";
import type { Account } from "../account/account.ts";
import type { Invoke } from "./handler.ts";
import { SEES_PROCESSES, SITUATIONS, type Situation } from "./situations.ts";
import type { Row } from "./table.ts";

export type ShowOptions = {
  readonly idleSeconds: number;
  /** How long before its stop an app's user is warned. */
  readonly warnSeconds: number;
  readonly sweepSeconds: number;
  /** Told after each sweep how things stand. */
  readonly onSweep: (rows: readonly Row[], sweeps: number) => void;
  /** Breaks the show off. */
  readonly signal: AbortSignal;
};

/** How many sweeps there were, whose users were warned, and which situations' apps were really deleted. */
export type Ending = { readonly sweeps: number; readonly apps: readonly AppEnding[] };
export type AppEnding = { readonly situation: Situation; readonly wasWarned: boolean; readonly isDeleted: boolean };

/** How long after its timeout an idle app may still wait for its agent to show the warning, and then for its end. */
const LATE_SECONDS = 35;

/**
 * Starts an app per situation, acts all of them out, and sweeps on a short schedule until the idle ones have had time
 * to go. Rejects where it was broken off.
 */
export async function runShow(account: Account, invoke: Invoke, options: ShowOptions): Promise<Ending> {
  await account.putPolicy({
    version: 1,
    mode: "live",
    agent: { sampleSeconds: 1 },
    defaults: {
      idleTimeInSeconds: options.idleSeconds,
      warnBefore: options.warnSeconds,
      ...(!SEES_PROCESSES && { sources: ["kernels", "files"] }),
    },
  });
  // The first sweep, over no apps yet, leaves the agents their instructions.
  await invoke();
  const over = new AbortController();
  const acted = actOut(account, options.idleSeconds, AbortSignal.any([over.signal, options.signal]));
  try {
    const { sweeps, warned } = await sweepUntil(acted, account, invoke, options);
    const apps = SITUATIONS.map(async (situation) => {
      const { Status } = await account.describeApp(situation.space);
      const wasWarned = warned.has(account.appKey(situation.space));
      return { situation, wasWarned, isDeleted: Status !== "InService" };
    });
    return { sweeps, apps: await Promise.all(apps) };
  } finally {
    over.abort();
  }
}

/**
 * Starts all apps, then acts side by side what goes on in them, for twice the timeout: time for the idle ones to be
 * warned and to go, and for others to stay.
 */
async function actOut(account: Account, idleSeconds: number, signal: AbortSignal): Promise<void> {
  const users = await Promise.all(
    SITUATIONS.map(async ({ space }) => {
      await account.createSpace(space);
      return account.startApp(space);
    }),
  );
  const lengthMs = Math.max(2 * idleSeconds + 10, idleSeconds + LATE_SECONDS) * 1000;
  const over = AbortSignal.any([signal, AbortSignal.timeout(lengthMs)]);
  const acts = users.map((user, i) => SITUATIONS[i]?.act(user, idleSeconds, over));
  await Promise.all([sleep(lengthMs, undefined, { signal }), ...acts]);
}

async function sweepUntil(
  acted: Promise<void>,
  account: Account,
  invoke: Invoke,
  { sweepSeconds, onSweep, signal }: ShowOptions,
): Promise<{ readonly sweeps: number; readonly warned: ReadonlySet<string> }> {
  const last = new Map<string, VerdictLine>();
  const warned = new Set<string>();
  const over = new AbortController();
  const ended = acted.finally(() => {
    over.abort();
  });
  // A sweep may fail before anybody waits for the end.
  ended.catch(() => undefined);
  let sweeps = 0;
  while (!over.signal.aborted) {
    const { verdicts } = await invoke();
    sweeps++;
    for (const { app, reason } of verdicts) if (reason === "warned") warned.add(app);
    for (const line of verdicts) if (last.get(line.app)?.outcome !== "stopped") last.set(line.app, line);
    onSweep(
      SITUATIONS.map((situation) => ({ situation, line: last.get(account.appKey(situation.space)) })),
      sweeps,
    );
    await Promise.race([ended, sleep(sweepSeconds * 1000, undefined, { signal })]);
  }
  await ended;
  return { sweeps, warned };
}

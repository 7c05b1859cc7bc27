import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../account/account.ts";
import type { Invoke } from "./handler.ts";
import { SEES_PROCESSES, SITUATIONS, type Situation } from "./situations.ts";
import type { Row } from "./table.ts";

export type ShowOptions = {
  readonly idleSeconds: number;
  readonly sweepSeconds: number;
  /** Told after each sweep how things stand. */
  readonly onSweep: (rows: readonly Row[], sweeps: number) => void;
};

/** Which situations ended as they must, by what was really deleted. */
export type Ending = { readonly situation: Situation; readonly deleted: boolean; readonly lastReason: string };

/** Starts an app per situation, acts all of them out, and sweeps on a short schedule until the idle ones have had time to go. */
export async function runShow(
  account: Account,
  invoke: Invoke,
  { idleSeconds, sweepSeconds, onSweep }: ShowOptions,
): Promise<Ending[]> {
  const sources = SEES_PROCESSES ? {} : { sources: ["kernels", "files"] };
  await account.putPolicy({
    version: 1,
    mode: "live",
    agent: { sampleSeconds: 1 },
    defaults: { idleTimeInSeconds: idleSeconds, ...sources },
  });
  // The first sweep, over no apps yet, leaves the agents their instructions.
  await invoke();
  const over = new AbortController();
  const started = await Promise.all(
    SITUATIONS.map(async (situation) => {
      await account.createSpace(situation.space);
      return { situation, user: await account.startApp(situation.space) };
    }),
  );
  const acts = Promise.allSettled(started.map(({ situation, user }) => situation.act(user, idleSeconds, over.signal)));

  const lastReasons = new Map<string, string>();
  // Twice the timeout shows both: the idle ones gone, and the others kept for longer than an idle one would be.
  const end = Date.now() + 2 * idleSeconds * 1000 + 10_000;
  for (let sweeps = 1; Date.now() < end; sweeps++) {
    const { verdicts } = await invoke();
    const rows = SITUATIONS.map((situation) => ({
      situation,
      line: verdicts.find(({ app }) => app === account.appKey(situation.space)),
    }));
    for (const { situation, line } of rows)
      if (line && line.reason !== "not-running") lastReasons.set(situation.space, `${line.reason}: ${line.detail}`);
    onSweep(rows, sweeps);
    await sleep(sweepSeconds * 1000);
  }
  over.abort();
  for (const act of await acts) if (act.status === "rejected") throw act.reason;
  return Promise.all(
    SITUATIONS.map(async (situation) => ({
      situation,
      deleted: (await account.describeApp(situation.space)).Status !== "InService",
      lastReason: lastReasons.get(situation.space) ?? "",
    })),
  );
}

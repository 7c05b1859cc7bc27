import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { VerdictLine } from "../../lib/sweep/log-lines.ts";
import type { Account } from "../account/account.ts";
import type { Invoke } from "./handler.ts";
import { SITUATIONS } from "./situations.ts";

/** Nothing goes on in it but what its visitor does. */
const YOURS = "yours";

export type StayOptions = {
  readonly idleSeconds: number;
  /** How long before its stop an app's user is warned. */
  readonly warnSeconds: number;
  readonly sweepSeconds: number;
  readonly say: (line: string) => void;
  /** Ends the stay. */
  readonly signal: AbortSignal;
};

/**
 * Keeps sweeping after the show, for whoever sits down in one of the apps: prints their addresses, and a line for each
 * change of a verdict. Enter starts the stopped ones again. Rejects when the signal ends it.
 */
export async function stayOpen(account: Account, invoke: Invoke, options: StayOptions): Promise<never> {
  const { idleSeconds, warnSeconds, sweepSeconds, say, signal } = options;
  await account.putPolicy({
    version: 1,
    mode: "live",
    agent: { sampleSeconds: 1 },
    defaults: { idleTimeInSeconds: idleSeconds, warnBefore: warnSeconds },
  });
  await account.createSpace(YOURS);
  await account.launchApp(YOURS);
  say(`\nThe Studio stays open until Ctrl-C. An app is stopped when it was idle for ${idleSeconds} s, and its`);
  say(`user is warned ${warnSeconds} s before. Sit down in one. Enter starts those again that were stopped:`);
  await sayAddresses(account, say);
  const starts = createInterface({ input: process.stdin }).on("line", () => void startAgain(account, say));
  try {
    const last = new Map<string, string>();
    for (;;) {
      for (const line of (await invoke()).verdicts) sayChange(last, line, say);
      await sleep(sweepSeconds * 1000, undefined, { signal });
    }
  } finally {
    starts.close();
  }
}

const spaces = (): readonly string[] => [YOURS, ...SITUATIONS.map(({ space }) => space)];

async function sayAddresses(account: Account, say: StayOptions["say"]): Promise<void> {
  for (const space of spaces()) {
    const { Status } = await account.describeApp(space);
    say(`  ${space.padEnd(16)} ${Status === "InService" ? await account.addressOf(space) : "stopped"}`);
  }
}

async function startAgain(account: Account, say: StayOptions["say"]): Promise<void> {
  for (const space of spaces()) {
    const { Status } = await account.describeApp(space);
    if (Status === "Deleted") say(`  ${space.padEnd(16)} ${await account.launchApp(space)}`);
  }
}

/** A number in a verdict's detail changes at each sweep, so only the reason and the outcome make a change. */
function sayChange(last: Map<string, string>, line: VerdictLine, say: StayOptions["say"]): void {
  const { app, reason, detail, outcome } = line;
  if (last.get(app) === `${reason} ${outcome}`) return;
  last.set(app, `${reason} ${outcome}`);
  say(`${new Date().toLocaleTimeString()}  ${(app.split("/")[2] ?? app).padEnd(16)} ${outcome}, ${reason}: ${detail}`);
}

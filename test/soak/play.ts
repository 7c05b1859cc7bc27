import { setTimeout as sleep } from "node:timers/promises";
import type { VerdictLine } from "../../lib/sweep/log-lines.ts";
import { duration } from "../../lib/policy/time.ts";
import type { Account } from "../account/account.ts";
import type { Browser } from "../browser/chromium.ts";
import { pause } from "../demo/situations.ts";
import type { Stage } from "../end-to-end/stage.ts";
import { isDecided, type Fate, type Outcome } from "./outcome.ts";
import type { SoakApp } from "./scene.ts";

/** Between two starts: each takes a core for seconds, and an app's idle time counts from its start. */
const BETWEEN_STARTS_MS = 10_000;

export type SoakOptions = {
  readonly timeoutSeconds: number;
  readonly sampleSeconds: number;
  readonly sweepSeconds: number;
  /** Told of each event as it happens: in which app, and what. */
  readonly onEvent: (app: string, event: string) => void;
  /** Breaks the soak off. */
  readonly signal: AbortSignal;
};

/** An app's outcome, and the last that a sweep said of it. */
export type Played = Outcome & { readonly app: SoakApp; readonly line: VerdictLine | undefined };

/** What is known of an app so far. */
type Run = {
  readonly app: SoakApp;
  readonly account: Account;
  readonly stopped: AbortController;
  startedAt: number;
  lastActivityAt: number;
  line?: VerdictLine;
  fate?: Fate;
};

/** Who acts: the account for each app type, and the browser that tabs are opened in. */
export type Setting = {
  readonly stage: Stage;
  readonly accounts: Readonly<Record<SoakApp["appType"], Account>>;
  readonly browser: Browser;
};

/**
 * Starts the apps one after the other, acts out what goes on in each, and sweeps until nothing more can change. Rejects
 * where it was broken off or a sweep failed.
 */
export async function playSoak(setting: Setting, apps: readonly SoakApp[], options: SoakOptions): Promise<Played[]> {
  await setting.stage.account.putPolicy({
    version: 1,
    mode: "live",
    agent: { sampleSeconds: options.sampleSeconds },
    defaults: { idleTimeInSeconds: options.timeoutSeconds },
  });
  // The first sweep, over no apps yet, leaves the agents their instructions.
  await setting.stage.sweep();
  const runs = apps.map((app): Run => {
    const account = setting.accounts[app.appType];
    return { app, account, stopped: new AbortController(), startedAt: Infinity, lastActivityAt: Infinity };
  });
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, options.signal]);
  try {
    void startInTurn(runs, setting.browser, { ...options, signal });
    await sweepUntilDecided(runs, setting.stage, options);
    return await Promise.all(runs.map(played));
  } finally {
    over.abort();
  }
}

async function startInTurn(runs: readonly Run[], browser: Browser, options: SoakOptions): Promise<void> {
  for (const run of runs) {
    if (options.signal.aborted) return;
    await start(run, browser, options);
    await pause(BETWEEN_STARTS_MS, options.signal);
  }
}

/** Starts an app, and begins to act in it. */
async function start(run: Run, browser: Browser, options: SoakOptions): Promise<void> {
  const { app, account } = run;
  const over = AbortSignal.any([options.signal, run.stopped.signal]);
  const fail = async (error: unknown): Promise<void> => {
    // Whatever is done in an app that was just stopped fails, and so does what a broken off soak still does. The sweep
    // that stops an app may say so later.
    if (over.aborted || (await isEnding(run))) return;
    const [firstLine = ""] = String(error).split("\n");
    run.fate = { kind: "failed", error: firstLine };
    options.onEvent(app.name, `NOT ACTED OUT: ${firstLine}`);
  };
  try {
    await account.createSpace(app.name);
    const url = await account.launchApp(app.name);
    const { CreationTime } = await account.describeApp(app.name);
    run.startedAt = run.lastActivityAt = CreationTime?.getTime() ?? NaN;
    options.onEvent(app.name, "started");
    const did = (what: string, at = Date.now()): void => {
      run.lastActivityAt = at;
      options.onEvent(app.name, what);
    };
    app.act({ url, browser, timeoutSeconds: options.timeoutSeconds, over, did }).catch(fail);
  } catch (error) {
    await fail(error);
  }
}

async function isEnding({ app, account }: Run): Promise<boolean> {
  try {
    const { Status } = await account.describeApp(app.name);
    return Status === "Deleting" || Status === "Deleted";
  } catch {
    return false;
  }
}

async function sweepUntilDecided(runs: readonly Run[], stage: Stage, options: SoakOptions): Promise<void> {
  const { timeoutSeconds, sweepSeconds, signal } = options;
  const isOpen = (run: Run): boolean => !isDecided(outcomeOf(run), { startedAt: run.startedAt, timeoutSeconds });
  do {
    await sleep(sweepSeconds * 1000, undefined, { signal });
    const { verdicts, failed } = await stage.sweep();
    if (failed) options.onEvent("(the sweep)", "failed in part; its logs (--logs) say why");
    const byApp = new Map(verdicts.map((line) => [String(line.app), line]));
    for (const run of runs) {
      const line = byApp.get(run.account.appKey(run.app.name));
      if (line) hear(run, line, options);
    }
  } while (runs.some(isOpen));
}

/** Takes in what a sweep said of an app. */
function hear(run: Run, line: VerdictLine, { onEvent }: SoakOptions): void {
  if (run.fate) return;
  const isNews = line.reason !== run.line?.reason || line.outcome !== run.line.outcome;
  run.line = line;
  if (line.outcome === "stopped") {
    run.fate = { kind: "stopped", at: Date.now() };
    run.stopped.abort();
    onEvent(run.app.name, `STOPPED ${duration((run.fate.at - run.lastActivityAt) / 1000)} after its last activity`);
  }
  if (isNews) onEvent(run.app.name, `${line.reason}, ${line.outcome}: ${line.detail}`);
}

const outcomeOf = ({ app, lastActivityAt, fate }: Run): Outcome => ({
  must: app.must,
  lastActivityAt,
  fate: fate ?? { kind: "kept", at: Date.now() },
});

/** An app's outcome at the end; one that no sweep stopped has to be in service still. */
async function played(run: Run): Promise<Played> {
  if (!run.fate) {
    const { Status = "Unknown" } = await run.account.describeApp(run.app.name);
    if (Status !== "InService") run.fate = { kind: "gone", status: Status };
  }
  return { ...outcomeOf(run), app: run.app, line: run.line };
}

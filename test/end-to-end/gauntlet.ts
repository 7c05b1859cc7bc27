import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { JupyterUser, TerminalTab } from "../browser/jupyter.ts";
import type { StudioOptions } from "../studio/index.ts";
import { studioPython } from "../studio/python.ts";
import { openApp, Schedule, setStage, type Stage } from "./stage.ts";

export const TIMEOUT = 24;
const SWEEP_EVERY_MS = 2000;
const SOON = 45;

/** How many apps start and are acted in at once: a start takes a core for seconds, and an app's idle time counts from its start. */
const AT_ONCE = 3;

/** Somebody at an app of their own, and what they leave behind. */
export type Scene = {
  readonly user: JupyterUser;
  readonly space: string;
  readonly home: string;
  readonly python: string;
  readonly stage: Stage;
  readonly over: AbortSignal;
};

/**
 * A situation, acted out. One that must stop answers when its last activity was, in epoch milliseconds: no stop may come
 * earlier than a timeout after that.
 */
export type Situation = {
  readonly name: string;
  /** Whether `npm test` plays it, too, and not only `npm run test:long`. */
  readonly inCrossSection?: true;
  /** What its space's name begins with, where the policy has a rule for that. */
  readonly spacePrefix?: "hung";
} & (
  | { readonly must: "stop"; readonly act: (scene: Scene) => Promise<number> }
  | { readonly must: "stay"; readonly because: RegExp; readonly act: (scene: Scene) => Promise<unknown> }
);

/** What must become of a situation, whoever acts it out. */
export type Expectation = { readonly must: "stop" } | { readonly must: "stay"; readonly because: RegExp };

/** The system moves a terminal's times once in eight seconds, so typing may count as that much older than it is. */
export const typedNow = () => Date.now() - 8000;

/** Waits, but not longer than the scene lasts. */
const pause = (milliseconds: number, { over }: Pick<Scene, "over">) =>
  sleep(milliseconds, undefined, { signal: over }).catch(() => undefined);

/** Does something again and again in the background for as long as the scene lasts. */
export function keepDoing(scene: Pick<Scene, "over">, everyMs: number, act: () => unknown): void {
  const loop = async () => {
    while (!scene.over.aborted) {
      await act();
      await pause(everyMs, scene);
    }
  };
  // Its app may be gone before it notices; what became of that is for the test to say.
  loop().catch(() => undefined);
}

/** Runs a cell and closes its tab. */
export async function runCell({ user }: Scene, code: string): Promise<void> {
  const notebook = await user.openNotebook("work.ipynb");
  await notebook.run(code);
  notebook.close();
}

/** Starts a cell that goes on, and closes its tab. */
export async function startCell({ user }: Scene, code: string): Promise<void> {
  const notebook = await user.openNotebook("work.ipynb");
  await notebook.start(code);
  notebook.close();
}

/** Types lines into a new terminal, waits until the shell has read them, and leaves with the tab closed. */
export async function typeAndLeave({ user }: Scene, ...lines: readonly string[]): Promise<TerminalTab> {
  const terminal = await user.openTerminal();
  terminal.type("echo rea''dy\r");
  await terminal.shows("ready");
  for (const line of lines) {
    terminal.type(`${line}\r`);
    await sleep(500);
  }
  terminal.close();
  return terminal;
}

/** A stretch of computing that takes a fifth of a core, so that many can run side by side; measured in CPU time, which a full machine cannot cut. */
export const COMPUTE = "t = time.thread_time()\nwhile time.thread_time() - t < 0.04: pass\n";
export const COMPUTING_SCRIPT = `import time\nwhile True:\n    t = time.thread_time()\n    while time.thread_time() - t < 0.04: pass\n    time.sleep(0.16)\n`;

/** An nvidia-smi that says what the app's home has in the file `gpu`, and where there is none, that there is no driver. */
async function makeNvidiaSmi(folder: string): Promise<string> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "nvidia-smi"), '#!/bin/sh\n[ -f "$HOME/gpu" ] || exit 9\n. "$HOME/gpu"\n', { mode: 0o755 });
  return bin;
}

/** The account and the schedule that all situations of a test file share. */
type Gauntlet = AsyncDisposable & { readonly play: (space: string, situation: Situation) => Promise<void> };

/**
 * Plays each situation on a real Jupyter server of its own, as its user's browser would, under the agent that on-start.sh
 * leaves there and the handler on a schedule. What must stop does so no earlier than its timeout; what must stay is kept
 * for three of them.
 */
export function playSituations(
  where: string,
  situations: readonly Situation[],
  setUp: () => Promise<StudioOptions>,
): void {
  describe(where, { concurrency: 20 }, () => {
    const started = new AsyncDisposableStack();
    let gauntlet: Gauntlet;
    before(async () => {
      const folder = await mkdtemp(join(tmpdir(), "studio-reaper-gauntlet-"));
      started.defer(() => rm(folder, { recursive: true }));
      gauntlet = started.use(await startGauntlet(folder, await setUp()));
    });
    after(() => started.disposeAsync());
    situations.forEach((situation, i) => {
      it(`${situation.name}: ${situation.must === "stop" ? "stops, and not early" : "stays"}`, () =>
        gauntlet.play(`${situation.spacePrefix ?? "situation"}-${i}`, situation));
    });
  });
}

async function startGauntlet(folder: string, options: StudioOptions): Promise<Gauntlet> {
  const python = options.python ?? (await studioPython());
  const PATH = [await makeNvidiaSmi(folder), dirname(python), process.env["PATH"] ?? ""].join(delimiter);
  // A time zone that is far from UTC, where nobody may notice.
  const stage = await setStage({ instances: "jupyter", ...options, env: { TZ: "Pacific/Kiritimati", PATH } });
  await stage.account.putPolicy({
    version: 1,
    mode: "live",
    agent: { sampleSeconds: 1 },
    defaults: { idleTimeInSeconds: TIMEOUT },
  });
  await stage.sweep();
  const schedule = new Schedule(stage, SWEEP_EVERY_MS);
  const inTurn = pLimit(AT_ONCE);
  return {
    async play(space, situation) {
      const over = new AbortController();
      try {
        const acted = await inTurn(async () => {
          const user = await openApp(stage, space);
          const home = stage.studio.app(space)?.home ?? "";
          return situation.act({ user, space, home, python, stage, over: over.signal });
        });
        await judge(stage, schedule, space, situation, acted);
      } finally {
        over.abort();
      }
    },
    async [Symbol.asyncDispose]() {
      await schedule.end();
      await stage.studio.close();
    },
  };
}

/** Holds that an app becomes what it must: a stop comes no earlier than a timeout after the last activity, a stay lasts three timeouts. */
export async function judge(
  { account }: Stage,
  schedule: Schedule,
  space: string,
  expected: Expectation,
  lastActivity: unknown,
): Promise<void> {
  if (expected.must === "stop") {
    const { at, reason } = await schedule.until(space, ({ outcome }) => outcome === "stopped", TIMEOUT + SOON);
    assert.equal(reason, "idle");
    const idleFor = (at - Number(lastActivity)) / 1000;
    assert.ok(idleFor >= TIMEOUT, `stopped ${idleFor} s after its last activity`);
    return;
  }
  await schedule.until(space, ({ reason }) => expected.because.test(reason), SOON);
  await sleep(3 * TIMEOUT * 1000);
  const last = schedule.of(space).at(-1);
  assert.equal((await account.describeApp(space)).Status, "InService", JSON.stringify(last));
  assert.match(last?.reason ?? "", expected.because, last?.detail);
}

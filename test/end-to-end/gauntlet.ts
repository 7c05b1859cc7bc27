import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import pLimit from "p-limit";
import { Account } from "../account/account.ts";
import { untilHeartbeat } from "../account/heartbeat.ts";
import type { Instance } from "../studio/index.ts";
import { oldServerPython, studioPython } from "../studio/python.ts";
import { withEvidence } from "./evidence.ts";
import { judge, TIMEOUT } from "./judge.ts";
import { makeNvidiaSmi } from "./situations/gpus.ts";
import type { Play } from "./situations/index.ts";
import type { Line, Place } from "./situations/situation.ts";
import { Schedule, setStage, type Stage } from "./stage.ts";

const SWEEP_EVERY_MS = 2000;

/**
 * How many apps start and are acted in at once: a start takes a core for seconds, and an app's idle time counts from
 * it.
 */
const AT_ONCE = 3;
/** How many apps there are at once: an agent that looks each second and its server take a twentieth of a core. */
const ALIVE_AT_ONCE = 16;

const LINES: Readonly<Record<Line, string>> = {
  jupyter: "in an app with",
  "old-jupyter": "on an old Jupyter server, in an app with",
  "code-editor": "in a Code Editor app with",
};

/**
 * Makes a test of each play: acted out on a real server of its own, as its user's browser would, under the agent that
 * on-start.sh leaves there and the handler on a schedule. What must stop does so no earlier than its timeout; what must
 * stay is kept for three of them.
 */
export function testPlays(plays: readonly Play[]): void {
  describe("with the reaper deployed,", { concurrency: plays.length }, () => {
    const started = new AsyncDisposableStack();
    let gauntlet: Gauntlet;
    before(async () => {
      const folder = await mkdtemp(join(tmpdir(), "studio-reaper-gauntlet-"));
      started.defer(() => rm(folder, { recursive: true }));
      process.env["PATH"] = `${await makeNvidiaSmi(folder)}:${process.env["PATH"] ?? ""}`;
      gauntlet = started.use(await Gauntlet.start(plays));
    });
    after(() => started.disposeAsync());
    // Those that stay take longest, so they come first.
    const inOrder = plays.toSorted(
      (one, other) => Number(other.expected.must === "stay") - Number(one.expected.must === "stay"),
    );
    inOrder.forEach((play) => {
      it(`${LINES[play.line]} ${play.name}: ${play.expected.must === "stop" ? "stops, and not early" : "stays"}`, () =>
        gauntlet.run(play));
    });
  });
}

/** The account and the schedule that all plays of a test file share. */
class Gauntlet implements AsyncDisposable {
  readonly #alive = pLimit(ALIVE_AT_ONCE);
  readonly #inTurn = pLimit(AT_ONCE);
  readonly #instances = new Map<string, Instance>();
  readonly #stage: Stage;
  readonly #schedule: Schedule;
  readonly #pythonOf: (space: string) => string;

  private constructor(stage: Stage, pythonOf: (space: string) => string) {
    this.#stage = stage;
    this.#pythonOf = pythonOf;
    this.#schedule = new Schedule(stage, SWEEP_EVERY_MS);
  }

  static async start(plays: readonly Play[]): Promise<Gauntlet> {
    const pythons = { current: await studioPython(), old: await oldServerPython() };
    const pythonOf = (space: string) => (space.startsWith("old-jupyter-") ? pythons.old : pythons.current);
    const env = {
      TZ: "Pacific/Kiritimati", // far from UTC, where nobody may notice
      JUPYTER_CONFIG_PATH: join(import.meta.dirname, "jupyter_config"),
    };
    const stage = await setStage({ instances: "jupyter", python: pythonOf, env });
    await stage.account.putPolicy({
      version: 1,
      mode: "live",
      agent: { sampleSeconds: 1 },
      defaults: { idleTimeInSeconds: TIMEOUT },
      rules: plays.filter(({ set }) => set).map(({ space, set }) => ({ match: { space }, set })),
    });
    await stage.sweep();
    return new Gauntlet(stage, pythonOf);
  }

  /** Acts a play out, holds that its app becomes what it must, and ends it. */
  run(play: Play): Promise<void> {
    const { space } = play;
    return this.#alive(async () => {
      const over = new AbortController();
      const { studio } = this.#stage;
      const account = new Account(studio, { appType: play.line === "code-editor" ? "CodeEditor" : "JupyterLab" });
      try {
        const lastActivity = await this.#inTurn(() => this.#actOut(play, { account, space, over: over.signal }));
        await judge(account, this.#schedule, space, play.expected, Number(lastActivity));
      } catch (error) {
        const logFile = (studio.app(space) ?? this.#instances.get(space))?.logFile;
        throw await withEvidence(error, this.#schedule.of(space), logFile);
      } finally {
        over.abort();
        // One that stays would go on taking its share of the machine. What was stopped is gone already.
        await account.stopApp(space).catch(() => undefined);
      }
    });
  }

  async #actOut(play: Play, at: Pick<Place, "account" | "space" | "over">): Promise<unknown> {
    const { account, space } = at;
    await account.createSpace(space);
    const address = await account.launchApp(space);
    const app = this.#stage.studio.app(space);
    assert.ok(app, `no app in ${space}`);
    this.#instances.set(space, app);
    // Until then it knows of no server.
    await untilHeartbeat(
      account,
      space,
      ({ idle }) => play.line === "code-editor" || typeof idle["kernels"] === "number",
    );
    const { home, folder } = app;
    const place = { ...at, stage: this.#stage, home, temporary: join(folder, "tmp"), python: this.#pythonOf(space) };
    return play.act(place, address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#schedule.end();
    await this.#stage.studio.close();
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { Writable } from "node:stream";
import pLimit from "p-limit";
import type { VerdictLine } from "../../lib/sweep/log-lines.ts";
import { Account } from "../account/account.ts";
import { untilHeartbeat } from "../account/heartbeat.ts";
import type { JupyterUser } from "../browser/jupyter.ts";
import { settleForEndpoint } from "../demo/credentials.ts";
import { loadHandler, type Invocation } from "../demo/handler.ts";
import { startStudio, type EmbeddedStudio, type StudioOptions } from "../studio/index.ts";

const nowhere = new Writable({
  write: (_chunk, _encoding, done) => {
    done();
  },
});

/** An account with the reaper deployed: the embedded Studio, and the exported handler that speaks to it over HTTP. */
export type Stage = AsyncDisposable & {
  readonly studio: EmbeddedStudio;
  readonly account: Account;
  /** Invokes the handler once; rejects where it failed before it judged anything. */
  readonly sweep: () => Promise<Invocation>;
};

/**
 * One per process: the handler reads the endpoint from the environment once, as in Lambda. Its logs go where `logs`
 * leads.
 */
export async function setStage(options: StudioOptions, logs: NodeJS.WritableStream = nowhere): Promise<Stage> {
  const studio = await startStudio(options);
  process.env["AWS_ENDPOINT_URL"] = studio.endpoint;
  settleForEndpoint(process.env);
  const sweep = await loadHandler(logs);
  return { studio, account: new Account(studio), sweep, [Symbol.asyncDispose]: () => studio.close() };
}

/** What one sweep said of one app, and when it had said it. */
export type Sighting = VerdictLine & { readonly at: number };

/** A schedule that sweeps on and on, and remembers what it said of each app. */
export class Schedule {
  readonly #stage: Stage;
  readonly #sightings: Sighting[] = [];
  readonly #stopped = new AbortController();
  readonly #run: Promise<void>;
  #failure: unknown;

  constructor(stage: Stage, everyMs: number) {
    this.#stage = stage;
    this.#run = this.#sweepOn(everyMs).catch((error: unknown) => {
      this.#failure = error;
    });
  }

  /** All that was said of a space's app since an instant, whatever its type. */
  of(space: string, since = 0): Sighting[] {
    return this.#sightings.filter(({ app, at }) => app.split("/")[2] === space && at >= since);
  }

  /** Waits until a sweep says so of a space's app, or finds that one has since an instant. */
  async until(space: string, says: (line: Sighting) => boolean, withinSeconds: number, since = 0): Promise<Sighting> {
    const end = Date.now() + withinSeconds * 1000;
    while (Date.now() < end) {
      const found = this.of(space, since).find(says);
      if (found) return found;
      if (this.#failure !== undefined)
        throw new Error("a sweep failed, and with it the schedule", { cause: this.#failure });
      await sleep(100);
    }
    throw new Error(`not within ${withinSeconds} s; the last was ${JSON.stringify(this.of(space).at(-1))}`);
  }

  /** Ends the schedule after the sweep that is under way; rejects where a sweep failed. */
  async end(): Promise<void> {
    this.#stopped.abort();
    await this.#run;
    if (this.#failure !== undefined) throw new Error("a sweep failed", { cause: this.#failure });
  }

  async #sweepOn(everyMs: number): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const { verdicts } = await this.#stage.sweep();
      const at = Date.now();
      this.#sightings.push(...verdicts.map((line) => ({ ...line, at })));
      await sleep(everyMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }
}

/**
 * A start takes a core for seconds, and an app's idle time counts from it: more at once would make a test wait through
 * its own timeout.
 */
const starting = pLimit(3);

/** Starts a space's app, and waits until its agent has seen the Jupyter server. */
export function openApp({ account }: Stage, space: string): Promise<JupyterUser> {
  return starting(async () => {
    await account.createSpace(space);
    const user = await account.startApp(space);
    await untilHeartbeat(account, space, ({ idle }) => typeof idle["kernels"] === "number");
    return user;
  });
}

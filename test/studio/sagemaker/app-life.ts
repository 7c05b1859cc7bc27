import { setTimeout as sleep } from "node:timers/promises";
import type { AwsAccount } from "../aws-account.ts";
import type { LaunchOrder, Launcher } from "../instances/launcher.ts";
import { scriptOf } from "./built-in.ts";
import { textAt } from "./settings.ts";
import type { App, State } from "./state.ts";

/** How long an app stays Pending and Deleting at the least. */
export type Paces = { pendingMs: number; deletingMs: number };

/** Takes apps from Pending to InService or Failed, and from Deleting to Deleted. */
export class AppLife {
  readonly #account: AwsAccount;
  readonly #state: State;
  readonly #launcher: Launcher;
  readonly #paces: Paces;
  readonly #starts = new WeakMap<App, Promise<void>>();

  constructor(account: AwsAccount, state: State, launcher: Launcher, paces: Paces) {
    this.#account = account;
    this.#state = state;
    this.#launcher = launcher;
    this.#paces = paces;
  }

  /** Launches a Pending app in the background. */
  begin(app: App): void {
    this.#starts.set(app, this.#start(app));
  }

  /** Ends an app in the background; `Deleted` once nothing of it runs. */
  async end(app: App): Promise<void> {
    app.status = "Deleting";
    app.ending.abort();
    await Promise.all([this.#stop(app), sleep(this.#paces.deletingMs)]);
    app.status = "Deleted";
    app.deletedAt = this.#account.now();
  }

  async #start(app: App): Promise<void> {
    const { signal } = app.ending;
    try {
      const instance = await this.#launcher.launch(orderOf(this.#state, app), signal);
      if (instance !== undefined) app.instance = instance;
      if (this.#paces.pendingMs > 0) await sleep(this.#paces.pendingMs, undefined, { signal });
      if (!signal.aborted) app.status = "InService";
    } catch (error) {
      if (signal.aborted) return;
      app.status = "Failed";
      app.failureReason = error instanceof Error ? error.message : String(error);
    }
  }

  async #stop(app: App): Promise<void> {
    await this.#starts.get(app);
    await app.instance?.end();
    delete app.instance;
  }
}

function orderOf(state: State, app: App): LaunchOrder {
  const { domainId, owner, appType, appName, arn, createdAt } = app;
  const arns = [app.builtInArn, textAt(app.resourceSpec, "LifecycleConfigArn")].filter(
    (candidate) => candidate !== undefined,
  );
  const scripts = arns.map((candidate) => scriptOf(state, candidate)).filter((script) => script !== undefined);
  return { domainId, spaceName: owner.name, appType, appName, arn, createdAt, scripts };
}

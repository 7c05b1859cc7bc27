import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Folders } from "./folders.ts";
import type { Isolation } from "./isolation.ts";

const init = join(import.meta.dirname, "app-init.sh");
const gracePeriodMs = 5000;

/** What an app tells of itself: the server's process id, or why there is none. */
export type AppEvent =
  | { kind: "server"; innerPid: number }
  | { kind: "lifecycle-failed"; exitCode: number }
  | { kind: "server-ended"; exitCode: number }
  | { kind: "gone" };

/** The tree of processes of one app, hanging on one pipe. */
export class AppProcess {
  readonly rootPid: number;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  readonly #events: AppEvent[] = [];
  readonly #gone: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.rootPid = child.pid ?? 0;
    this.#gone = once(child, "exit").finally(() => {
      this.#tell({ kind: "gone" });
    });
    // The app may be gone before it is told to end.
    child.stdin?.on("error", () => undefined);
    if (child.stdout)
      createInterface(child.stdout).on("line", (line) => {
        this.#tell(parse(line));
      });
  }

  /** Starts an app's first process in a session of its own, so that a Ctrl-C reaches the Studio alone. */
  static async start(
    { kind, command }: Isolation,
    folders: Folders,
    server: readonly string[],
    env: Record<string, string>,
  ): Promise<AppProcess> {
    const log = await open(join(folders.app, "init.log"), "a");
    const [file = "", ...args] = [...command, "bash", init, kind, folders.app, ...server];
    const child = spawn(file, args, { env, cwd: folders.home, detached: true, stdio: ["pipe", "pipe", log.fd] });
    await once(child, "spawn").finally(() => log.close());
    return new AppProcess(child);
  }

  /** The first event, past or to come, that is one of these kinds. */
  async first<K extends AppEvent["kind"]>(...kinds: readonly K[]): Promise<Extract<AppEvent, { kind: K }>> {
    const isWanted = (event: AppEvent): event is Extract<AppEvent, { kind: K }> =>
      kinds.some((kind) => kind === event.kind);
    const { promise, resolve } = Promise.withResolvers<Extract<AppEvent, { kind: K }>>();
    const listener = (event: AppEvent): void => {
      if (isWanted(event)) resolve(event);
    };
    this.#listeners.add(listener);
    this.#events.forEach(listener);
    return promise.finally(() => this.#listeners.delete(listener));
  }

  /** Ends every process of the app; in a namespace none is left when this returns. */
  async end(): Promise<void> {
    this.#child.stdin?.destroy();
    const isGone = await Promise.race([this.#gone.then(() => true), sleep(gracePeriodMs, false, { ref: false })]);
    if (!isGone) this.#child.kill("SIGKILL");
    await this.#gone;
  }

  #tell(event: AppEvent): void {
    this.#events.push(event);
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function parse(line: string): AppEvent {
  const [kind = "", number = ""] = line.split(" ");
  if (kind === "server") return { kind, innerPid: Number(number) };
  if (kind === "lifecycle-failed" || kind === "server-ended") return { kind, exitCode: Number(number) };
  throw new Error(`An app's first process said: ${line}`);
}

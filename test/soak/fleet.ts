import assert from "node:assert/strict";
import type { Account } from "../account/account.ts";
import { heartbeatText } from "../account/heartbeat.ts";
import type { Random } from "../simulation/random.ts";
import type { Call, EmbeddedStudio } from "../studio/index.ts";

const TIMEOUT_MS = 3_600_000;
/** The share of users who leave between two sweeps. */
const LEAVE = 0.003;

type Life = { startedAt: number; activeAt: number };

/** Many apps without a process, whose heartbeats are written as their agents would. */
export class Fleet {
  readonly #studio: EmbeddedStudio;
  readonly #account: Account;
  readonly #random: Random;
  readonly #now: () => number;
  readonly #lives = new Map<string, Life>();
  readonly #stopped: string[] = [];

  constructor(studio: EmbeddedStudio, account: Account, random: Random, now: () => number) {
    [this.#studio, this.#account, this.#random, this.#now] = [studio, account, random, now];
  }

  start(apps: number): void {
    for (let i = 0; i < apps; i++) this.#start(`space-${i}`);
    this.#writeHeartbeats();
  }

  /** Some users leave, most are active, and whoever's app was stopped comes back. */
  goOn(): void {
    for (const space of this.#stopped.splice(0)) this.#start(space);
    for (const life of this.#lives.values())
      if (this.#now() - life.activeAt < 600_000 && !this.#random.chance(LEAVE)) life.activeAt = this.#now();
    this.#writeHeartbeats();
  }

  /** Whoever was stopped had been idle for long enough. Answers how many were. */
  checkStops(calls: readonly Call[]): number {
    const deleted = calls.filter(({ operation, error }) => operation === "DeleteApp" && error === undefined);
    for (const { input, at } of deleted) {
      const space = String(input["SpaceName"]);
      const life = this.#lives.get(space);
      if (!life) continue;
      assert.ok(at - life.activeAt >= TIMEOUT_MS, `${space} was stopped after ${(at - life.activeAt) / 1000} s`);
      this.#lives.delete(space);
      this.#stopped.push(space);
    }
    return deleted.length;
  }

  #start(space: string): void {
    const now = this.#now();
    this.#studio.seed.apps([{ spaceName: space, createdAt: now }]);
    this.#lives.set(space, { startedAt: now, activeAt: now });
  }

  #writeHeartbeats(): void {
    const now = this.#now();
    const parameters = [...this.#lives].map(([space, { startedAt, activeAt }]) => {
      const [up, idle] = [now - startedAt, now - activeAt].map((ms) => Math.floor(ms / 1000));
      return { name: this.#account.heartbeatName(space), value: heartbeatText(idle ?? 0, { up }) };
    });
    this.#studio.seed.parameters(parameters);
  }
}

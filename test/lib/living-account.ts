import type { App, AppKey } from "../../lib/domain/app.ts";
import type { Reading } from "../../lib/domain/heartbeat.ts";
import { NO_NOTICE, noticeText, readNotice, type NoticeReading } from "../../lib/domain/notice.ts";
import type { Policy } from "../../lib/policy/document.ts";
import type { Ports } from "../../lib/sweep/ports.ts";
import { fakeAccount } from "./fake-account.ts";

/** An account in memory in which what a sweep does has its effect, and time passes as the test says. */
export class LivingAccount {
  now: Date;
  readonly apps: Map<AppKey, App>;
  readonly readings: Map<AppKey, Reading>;
  readonly notices = new Map<AppKey, NoticeReading>();
  readonly #policy: Policy;

  constructor(now: Date, policy: Policy, fleet: ReadonlyMap<App, Reading>) {
    this.now = now;
    this.#policy = policy;
    this.apps = new Map([...fleet.keys()].map((app) => [app.key, app]));
    this.readings = new Map([...fleet].map(([app, reading]) => [app.key, reading]));
  }

  /** Everything that changes, for comparison: of notices what they say, not when they were written. */
  state(): unknown {
    const told = [...this.notices].map(([key, reading]) => {
      if (reading.kind !== "notice") return [key, reading.kind];
      const { kind, id, why } = reading.notice;
      return [key, kind, id, why];
    });
    return {
      apps: [...this.apps.values()].map(({ key, status }) => [key, status]),
      heartbeats: [...this.readings.keys()].toSorted(),
      told: told.toSorted(),
    };
  }

  /** The ports of one sweep. Its process dies right after so many calls: none of the later ones is made. */
  ports(diesAfter = Infinity): Ports {
    let calls = 0;
    const call = async <T>(effect: () => T): Promise<T> => {
      await Promise.resolve();
      calls += 1;
      if (calls > diesAfter) throw new Error("the process is dead");
      return effect();
    };
    const { ports } = fakeAccount({ policy: this.#policy });
    const { apps, readings, notices } = this;
    return {
      ...ports,
      readPolicy: () => call(() => ({ policy: this.#policy, version: 1 })),
      publishInstructions: () => call(() => undefined),
      studio: {
        ...ports.studio,
        async *apps() {
          yield await call(() => [...apps.values()]);
        },
        current: ({ key }) => call(() => apps.get(key)),
        deleteApp: (app) =>
          call(() => {
            if (apps.get(app.key)?.status !== "InService") return "gone";
            apps.set(app.key, { ...app, status: "Deleted" });
            return "stopped";
          }),
      },
      heartbeats: {
        all: () => call(() => new Map(readings)),
        of: (key) => call(() => readings.get(key) ?? { kind: "none" }),
        forget: (keys) =>
          call(() => {
            for (const key of keys) readings.delete(key);
          }),
      },
      notices: {
        all: () => call(() => new Map(notices)),
        of: (key) => call(() => notices.get(key) ?? NO_NOTICE),
        put: (key, notice) => call(() => void notices.set(key, readNotice(noticeText(notice), this.now))),
        forget: (seen) =>
          call(() => {
            for (const [key, writtenAt] of seen) {
              const reading = notices.get(key);
              if (reading && reading.kind !== "none" && reading.writtenAt <= writtenAt) notices.delete(key);
            }
          }),
      },
    };
  }
}

import type { App, AppKey, UnreadableApp } from "../../lib/domain/app.ts";
import type { Reading } from "../../lib/domain/heartbeat.ts";
import { NO_NOTICE, noticeText, readNotice, type NoticeReading } from "../../lib/domain/notice.ts";
import type { ResourceTags } from "../../lib/domain/resource-tags.ts";
import type { Policy } from "../../lib/policy/document.ts";
import { LateReading } from "../../lib/sweep/late-reading.ts";
import type { Ports } from "../../lib/sweep/ports.ts";
import type { SweepEvent } from "../../lib/sweep/events.ts";
import { rememberFleet } from "../../lib/sweep/fleet-memory.ts";
import { rememberSightings, type SightingPages } from "../../lib/sweep/remember-sightings.ts";
import { anAccountPolicy, NOW } from "./builders.ts";

/** The ports to an account, and a record of what a sweep changed in it. */
export type FakeAccount = {
  readonly ports: Ports;
  /**
   * Every call that changes anything, in order: `delete <app>`, `forget <app>`, `publish`, and what is told:
   * `warned <app>`, `stopped <app>`, `untell <app>`.
   */
  readonly changes: string[];
  /** What was published, in order. */
  readonly events: readonly SweepEvent[];
};

type Setup = {
  apps?: readonly (App | UnreadableApp)[];
  readings?: ReadonlyMap<AppKey, Reading>;
  notices?: ReadonlyMap<AppKey, NoticeReading>;
  owners?: ReadonlyMap<string, string>;
  tags?: ResourceTags | Error;
  policy?: Policy | Error;
  /** The domains that belong to SageMaker Unified Studio. */
  unifiedStudio?: ReadonlySet<string>;
  /** The domains that cannot be described. */
  undescribable?: ReadonlySet<string>;
  /** The listing fails after so many apps. */
  breaksOffAfter?: number;
  /** What the confirmation finds, where that differs from the listing; `gone`: the app no longer exists. */
  atConfirm?: ReadonlyMap<AppKey, Partial<{ app: App | "gone"; reading: Reading }>>;
  /** The apps whose deletion fails. */
  undeletable?: ReadonlySet<AppKey>;
  /** How many times the deletion of each of these apps is throttled. */
  throttled?: ReadonlyMap<AppKey, number>;
  heartbeatsFail?: boolean;
  /** The apps whose notices cannot be written. */
  unwritable?: ReadonlySet<AppKey>;
  /** Parameter Store's clock; by default that of all tests. */
  now?: Date;
};

/** An account in memory, for tests with many fleets, each with its own faults. */
export function fakeAccount({
  apps = [],
  readings = new Map(),
  owners = new Map(),
  policy = anAccountPolicy(),
  notices = new Map(),
  tags = new Map(),
  unifiedStudio = new Set(),
  ...faults
}: Setup): FakeAccount {
  const changes: string[] = [];
  const events: SweepEvent[] = [];
  const told = new Map(notices);
  const throttles = new Map(faults.throttled);
  const ports: Ports = {
    studio: {
      async *apps() {
        await Promise.resolve();
        yield apps.slice(0, faults.breaksOffAfter ?? apps.length);
        if (faults.breaksOffAfter !== undefined) throw new Error("ThrottlingException on the next page");
      },
      spaceOwners: () => Promise.resolve(owners),
      knownSpaceOwners: () => Promise.resolve(owners),
      domain: (domainId) =>
        faults.undescribable?.has(domainId)
          ? Promise.reject(new Error("AccessDenied"))
          : Promise.resolve({ name: "analysts", isUnifiedStudio: unifiedStudio.has(domainId) }),
      current(app) {
        const now = faults.atConfirm?.get(app.key)?.app ?? app;
        return Promise.resolve(now === "gone" ? undefined : now);
      },
      deleteApp(app) {
        if (faults.undeletable?.has(app.key)) return Promise.reject(new Error("InternalFailure"));
        const left = throttles.get(app.key) ?? 0;
        throttles.set(app.key, left - 1);
        if (left > 0) return Promise.resolve("busy");
        changes.push(`delete ${app.key}`);
        return Promise.resolve("stopped");
      },
    },
    heartbeats: {
      all: () => (faults.heartbeatsFail ? Promise.reject(new Error("AccessDenied")) : Promise.resolve(readings)),
      of: (key) => Promise.resolve(faults.atConfirm?.get(key)?.reading ?? readings.get(key) ?? { kind: "none" }),
      forget(keys, receivedBefore) {
        const old = keys.filter((key) => {
          const reading = faults.atConfirm?.get(key)?.reading ?? readings.get(key);
          return reading !== undefined && reading.kind !== "none" && reading.receivedAt < receivedBefore;
        });
        changes.push(...old.map((key) => `forget ${key}`));
        return Promise.resolve();
      },
    },
    notices: {
      all: () => Promise.resolve(new Map(told)),
      of: (key) => Promise.resolve(told.get(key) ?? NO_NOTICE),
      put(key, notice) {
        if (faults.unwritable?.has(key)) return Promise.reject(new Error("ThrottlingException"));
        changes.push(`${notice.kind} ${key}`);
        told.set(key, readNotice(noticeText(notice), faults.now ?? NOW));
        return Promise.resolve();
      },
      forget(seen) {
        for (const [key, writtenAt] of seen) {
          const reading = told.get(key);
          if (reading === undefined || reading.kind === "none" || reading.writtenAt > writtenAt) continue;
          told.delete(key);
          changes.push(`untell ${key}`);
        }
        return Promise.resolve();
      },
    },
    lateReading: new LateReading(),
    readTags: () => (tags instanceof Error ? Promise.reject(tags) : Promise.resolve(tags)),
    readPolicy: () => (policy instanceof Error ? Promise.reject(policy) : Promise.resolve({ policy, version: 1 })),
    publishInstructions() {
      changes.push("publish");
      return Promise.resolve();
    },
    sightings: rememberSightings(pagesInMemory()),
    fleetMemory: rememberFleet(textInMemory()),
    events: {
      publish(published) {
        events.push(...published);
        return Promise.resolve();
      },
    },
    lease: { acquire: () => Promise.resolve({ kind: "acquired", release: () => Promise.resolve() }) },
    quotaShareUsed: () => 0,
  };
  return { ports, changes, events };
}

/** Where sightings are kept, without any fault. */
export function pagesInMemory(): SightingPages {
  const pages = new Map<number, string>();
  return {
    read: () => Promise.resolve(new Map(pages)),
    write(number, text) {
      pages.set(number, text);
      return Promise.resolve();
    },
  };
}

/** Where the fleet's memory is kept, likewise. */
export function textInMemory(text?: string): Parameters<typeof rememberFleet>[0] {
  return {
    read: () => Promise.resolve(text),
    write(written) {
      text = written;
      return Promise.resolve();
    },
  };
}

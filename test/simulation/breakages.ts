import type { AppKey } from "../../lib/domain/app.ts";
import { EXEMPT_TAG, KEEP_UNTIL_TAG } from "../../lib/domain/tags.ts";
import type { Heartbeat, Reading } from "../../lib/domain/heartbeat.ts";
import type { Policy } from "../../lib/policy/document.ts";
import { secondsBetween } from "../../lib/policy/time.ts";
import type { Heartbeats, Studio } from "../../lib/sweep/ports.ts";
import type { Breakage } from "./sweeper.ts";

/** Breaks what heartbeats say. */
function heartbeatsRead(change: (heartbeat: Heartbeat, receivedAt: Date, now: Date) => Heartbeat): Breakage {
  return (ports, clock) => {
    const changed = (reading: Reading): Reading =>
      reading.kind === "heartbeat"
        ? { ...reading, heartbeat: change(reading.heartbeat, reading.receivedAt, clock()) }
        : reading;
    return withHeartbeats(({ all, of }) => ({
      all: async () => new Map([...(await all())].map(([key, reading]) => [key, changed(reading)])),
      of: async (key) => changed(await of(key)),
    }))(ports, clock);
  };
}

function withHeartbeats(change: (heartbeats: Heartbeats) => Partial<Heartbeats>): Breakage {
  return (ports) => ({ ...ports, heartbeats: { ...ports.heartbeats, ...change(ports.heartbeats) } });
}

function withStudio(change: (studio: Studio) => Partial<Studio>): Breakage {
  return (ports) => ({ ...ports, studio: { ...ports.studio, ...change(ports.studio) } });
}

function withPolicy(change: (policy: Policy) => Policy): Breakage {
  return (ports) => ({
    ...ports,
    async readPolicy() {
      const { policy, version } = await ports.readPolicy();
      return { policy: change(policy), version };
    },
  });
}

/** Breaks what tags say. */
function tagsRead(change: (tags: Readonly<Record<string, string>>) => Record<string, string>): Breakage {
  return (ports) => ({
    ...ports,
    readTags: async (keys) => new Map([...(await ports.readTags(keys))].map(([id, tags]) => [id, change(tags)])),
  });
}

function without(tags: Readonly<Record<string, string>>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([one]) => one !== key));
}

function idleTimes({ idle }: Heartbeat, change: (seconds: number | null) => number | null): Heartbeat["idle"] {
  const { kernels = null, terminals = null, cpu = null, files = null } = idle;
  return { kernels: change(kernels), terminals: change(terminals), cpu: change(cpu), files: change(files) };
}

/** The sweep with one rule broken each. The simulator has to notice every one of them. */
export const BREAKAGES = {
  "silence counts as idleness": heartbeatsRead((heartbeat, receivedAt, now) => ({
    ...heartbeat,
    idle: idleTimes(heartbeat, (idle) =>
      idle === null ? idle : Math.min(heartbeat.up, idle + secondsBetween(receivedAt, now)),
    ),
  })),
  "what cannot be read is idle": heartbeatsRead((heartbeat) => ({
    ...heartbeat,
    idle: idleTimes(heartbeat, (idle) => idle ?? heartbeat.up),
  })),
  "work in progress counts for nothing": heartbeatsRead((heartbeat) => ({
    ...heartbeat,
    idle: idleTimes(heartbeat, (idle) => (idle === 0 ? heartbeat.up : idle)),
    busy: {},
  })),
  "a heartbeat holds for ever": heartbeatsRead((heartbeat) => ({ ...heartbeat, renewIn: 1e8 })),
  "a heartbeat of before the restart counts": (ports, clock) => ({
    ...withHeartbeats(() => ({ forget: () => Promise.resolve() }))(ports, clock),
    sightings: { recall: () => Promise.resolve(new Map()), save: () => Promise.resolve() },
    studio: {
      ...ports.studio,
      async *apps() {
        for await (const page of ports.studio.apps())
          yield page.flatMap((app) =>
            "key" in app && app.status !== "Deleted" ? [{ ...app, createdAt: new Date(0) }] : [],
          );
      },
      current: async (app) => {
        const now = await ports.studio.current(app);
        return now && { ...now, createdAt: new Date(0) };
      },
    },
  }),
  "nothing is confirmed before a stop": (ports, clock) => {
    let listed: ReadonlyMap<AppKey, Reading> = new Map();
    return withHeartbeats(({ all }) => ({
      all: async () => (listed = await all()),
      of: (key) => Promise.resolve(listed.get(key) ?? { kind: "none" }),
    }))(ports, clock);
  },
  "the budget does not bind": withPolicy((policy) => ({ ...policy, budget: { ...policy.budget, maxStops: 1000 } })),
  "the breaker does not trip": withPolicy((policy) => ({ ...policy, budget: { ...policy.budget, breakerShare: 1 } })),
  "nobody is warned": withPolicy((policy) => ({ ...policy, defaults: { ...policy.defaults, warnBefore: 0 } })),
  "a dry run stops": withPolicy((policy) => ({ ...policy, mode: "live" })),
  "a listing that breaks off counts as whole": withStudio(({ apps }) => ({
    async *apps() {
      try {
        yield* apps();
      } catch {
        return;
      }
    },
  })),
  "one failing app ends the stops": (ports, clock) => {
    let hasFailed = false;
    return withStudio(({ deleteApp }) => ({
      async deleteApp(app) {
        if (hasFailed) throw new Error("the one before has failed");
        const outcome = await deleteApp(app);
        hasFailed = outcome === "busy";
        return outcome;
      },
    }))(ports, clock);
  },
  "working hours do not count": withPolicy((policy) => ({
    ...policy,
    defaults: { ...policy.defaults, hours: undefined },
  })),
  "a wish is not heard": heartbeatsRead((heartbeat) => ({ ...heartbeat, keepAlive: undefined })),
  "a wish that is over keeps": heartbeatsRead((heartbeat) => ({
    ...heartbeat,
    ...(heartbeat.keepAlive && { keepAlive: { for: 4 * 3600, since: 0 } }),
  })),
  "what keeps an app has no limit": withPolicy((policy) => ({
    ...policy,
    defaults: { ...policy.defaults, keepAliveAtMost: 1e8 },
  })),
  "the tag that exempts is not read": tagsRead((tags) => without(tags, EXEMPT_TAG)),
  "a tag that says no exempts": tagsRead((tags) => ({ ...tags, ...(EXEMPT_TAG in tags && { [EXEMPT_TAG]: "yes" }) })),
  "the tag that keeps is not read": tagsRead((tags) => without(tags, KEEP_UNTIL_TAG)),
  "a tag whose date is over keeps": tagsRead((tags) => ({
    ...tags,
    ...(KEEP_UNTIL_TAG in tags && { [KEEP_UNTIL_TAG]: "2036-01-01" }),
  })),
  "a stop is said and not done": withStudio(() => ({ deleteApp: () => Promise.resolve("stopped") })),
} as const satisfies Readonly<Record<string, Breakage>>;

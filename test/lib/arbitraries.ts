import fc from "fast-check";
import { SOURCES, type Heartbeat, type Reading } from "../../lib/domain/heartbeat.ts";
import { NO_NOTICE, readNotice, WAYS, type NoticeReading } from "../../lib/domain/notice.ts";
import type { AppPolicy } from "../../lib/policy/document.ts";
import type { Hours } from "../../lib/policy/hours.ts";
import { ago, aNotice, anApp } from "./builders.ts";

const seconds = fc.integer({ min: 0, max: 100_000 });
const timeout = fc.integer({ min: 1, max: 20_000 });

/** A timeout that may never be over. */
const timeoutOrNever = fc.oneof({ weight: 5, arbitrary: timeout }, { weight: 1, arbitrary: fc.constant(Infinity) });

const timeOfDay = fc.nat(1439).map((minutes) => {
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
});

/** Working hours, in time zones on both sides of the date line, with summer time and without. */
export const workingHours: fc.Arbitrary<Hours> = fc
  .record({
    timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati"),
    days: fc
      .subarray(["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const, { minLength: 1 })
      .map((days) => [...days]),
    from: timeOfDay,
    to: timeOfDay,
    idleTimeInSeconds: timeoutOrNever,
  })
  .filter(({ from, to }) => from !== to);

const sources = fc.subarray([...SOURCES], { minLength: 1 });
const settings = {
  mode: fc.constantFrom("live" as const, "dry-run" as const),
  sources,
  idleTimeInSeconds: timeoutOrNever,
  hours: fc.option(workingHours, { nil: undefined }),
  ignoreConnections: fc.boolean(),
  skipTerminals: fc.boolean(),
  hungAfter: fc.integer({ min: 1, max: 100_000 }),
  minRuntime: timeout,
  exempt: fc.boolean(),
  keepAliveAtMost: fc.nat(100_000),
  warnBefore: fc.nat(5000),
  notifyIn: fc.subarray([...WAYS]),
};
const always = [
  "mode",
  "sources",
  "idleTimeInSeconds",
  "ignoreConnections",
  "skipTerminals",
  "hungAfter",
  "exempt",
  "keepAliveAtMost",
  "notifyIn",
] as const;

/** Policies that stop apps for being idle only. */
export const policiesForIdleness: fc.Arbitrary<AppPolicy> = fc.record(settings, { requiredKeys: [...always] });
export const policies: fc.Arbitrary<AppPolicy> = fc.record(
  { ...settings, silentAfter: timeout, maxAge: seconds.map((age) => age + 1) },
  { requiredKeys: [...always] },
);

const perSource = <T>(value: fc.Arbitrary<T>) =>
  fc.record(
    { kernels: value, terminals: value, cpu: value, gpu: value, files: value, editor: value },
    { requiredKeys: [], noNullPrototype: true },
  );

/** Of few, so that notices and heartbeats meet. */
const noticeId = fc.constantFrom("one", "two");

/** What Parameter Store holds as an app's notice, ours or anybody's. */
export const notices: fc.Arbitrary<NoticeReading> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(NO_NOTICE) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.string({ maxLength: 2000 }), fc.nat(5000))
      .map(([text, seconds]) => readNotice(text, ago(seconds))),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(noticeId, fc.constantFrom("warned", "warned", "stopped"), fc.integer({ min: -1000, max: 5000 }))
      .map(([id, kind, seconds]) => aNotice({ id, kind }, ago(seconds))),
  },
);

const anyHeartbeat: fc.Arbitrary<Heartbeat> = fc.record(
  {
    v: fc.constant(1 as const),
    up: seconds,
    sampleEvery: fc.integer({ min: 1, max: 300 }),
    renewIn: fc.integer({ min: 1, max: 5000 }),
    idle: perSource(fc.option(seconds)),
    why: perSource(fc.string({ maxLength: 80 })),
    busy: fc.oneof(
      fc.constant({}),
      perSource(
        fc.record(
          { what: fc.string({ maxLength: 120 }), for: seconds, still: seconds },
          { requiredKeys: ["what", "for"], noNullPrototype: true },
        ),
      ),
    ),
    notice: fc.record({ id: noticeId, for: seconds }, { noNullPrototype: true }),
    connections: fc.option(fc.nat(5)),
  },
  { requiredKeys: ["v", "up", "sampleEvery", "renewIn", "idle", "busy"], noNullPrototype: true },
);

/** Heartbeats of all kinds; most of them contradict neither themselves nor an app of some hours. */
export const heartbeats: fc.Arbitrary<Heartbeat> = fc.oneof(
  { weight: 1, arbitrary: anyHeartbeat },
  { weight: 3, arbitrary: fc.tuple(anyHeartbeat, fc.nat(20_000)).map(([heartbeat, up]) => believable(heartbeat, up)) },
);

function believable(heartbeat: Heartbeat, up: number): Heartbeat {
  const idle = { ...heartbeat.idle };
  const busy = { ...heartbeat.busy };
  for (const source of SOURCES) {
    const seconds = idle[source];
    if (typeof seconds === "number") idle[source] = Math.min(seconds, up);
    const work = busy[source];
    if (work?.still !== undefined) busy[source] = { ...work, still: Math.min(work.still, up) };
  }
  return { ...heartbeat, up, idle, busy };
}

/** Mostly times within the life of the app, some before it or in the future. */
export const receivedAt: fc.Arbitrary<Date> = fc
  .oneof({ weight: 3, arbitrary: fc.nat(1000) }, { weight: 1, arbitrary: fc.integer({ min: -4000, max: 100_000 }) })
  .map((seconds) => ago(seconds));

export const readings: fc.Arbitrary<Reading> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: "none" } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unreadable" as const), receivedAt, why: fc.string() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("heartbeat" as const), receivedAt, heartbeat: heartbeats }) },
);

export const apps = fc
  .record({
    owner: fc.record({
      kind: fc.constantFrom("space" as const, "user" as const),
      name: fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/),
    }),
    type: fc.constantFrom("JupyterLab", "JupyterLab", "CodeEditor", "JupyterServer"),
    status: fc.constantFrom("InService", "InService", "InService", "Pending", "Deleting", "Failed"),
    createdAt: seconds.map(ago),
  })
  .map(anApp);

/** A fleet: distinct apps, each with what Parameter Store holds for it. */
export const fleets = fc.uniqueArray(apps, { selector: ({ key }) => key, maxLength: 60 }).chain((fleet) =>
  fc.array(readings, { minLength: fleet.length, maxLength: fleet.length }).map((each) => ({
    apps: fleet,
    readings: new Map(fleet.map(({ key }, i) => [key, each[i] ?? { kind: "none" as const }])),
  })),
);

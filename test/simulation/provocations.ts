import { type AppStory, type Edict, SMALL_BUDGET, type Story, type Work } from "./story.ts";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** A user of one app, who does nothing there. */
export function aUser(space: string, overrides: Partial<AppStory> = {}): AppStory {
  return { space, opens: [10], closes: [], keepsCreationTime: false, work: [], troubles: [], ...overrides };
}

/** An account without faults, with the default policy. */
export function aStory(apps: readonly AppStory[], overrides: Partial<Story> = {}): Story {
  const policies = [aPolicyFrom(0)];
  return {
    seed: 1,
    seconds: 3 * HOUR,
    scheduleSeconds: MINUTE,
    apps,
    faults: [],
    mishaps: [],
    policies,
    budget: SMALL_BUDGET,
    readLagSeconds: 0,
    ...overrides,
  };
}

export function aPolicyFrom(at: number, overrides: Partial<Edict> = {}): Edict {
  return {
    at,
    mode: "live",
    idleTimeInSeconds: HOUR,
    quickIdleTimeInSeconds: 15 * MINUTE,
    warnBefore: 0,
    keepAliveAtMost: DAY,
    ...overrides,
  };
}

const inAKernel = (from: number, to: number, every: number): Work => ({ source: 0, from, to, every });

/** Stories in which it shows that a rule is broken: what an account is like that needs the rule. */
export const PROVOCATIONS = {
  atWorkAllDay: aStory([aUser("quick-1", { work: [inAKernel(300, 6 * HOUR, 50)] })]),
  inATraining: aStory([aUser("quick-1", { work: [inAKernel(300, 5 * HOUR, 0)] })]),
  serverDownAtWork: aStory([
    aUser("quick-1", {
      work: [inAKernel(300, 5 * HOUR, 60)],
      troubles: [{ kind: "goes blind", at: HOUR, for: HOUR }],
    }),
  ]),
  agentDiesAndTheTimeoutIsLowered: aStory([aUser("slow-1", { troubles: [{ kind: "dies", at: 1800, for: DAY }] })], {
    policies: [aPolicyFrom(0), aPolicyFrom(2 * HOUR, { idleTimeInSeconds: 600 })],
  }),
  restartsAndTheAgentDoesNotStart: aStory(
    [
      aUser("slow-1", {
        opens: [10, 4500],
        closes: [4200],
        keepsCreationTime: true,
        troubles: [{ kind: "dies", at: 4210, for: HOUR }],
      }),
    ],
    { policies: [aPolicyFrom(0, { mode: "dry-run" }), aPolicyFrom(4205)] },
  ),
  comesBackDuringTheStops: aStory(
    [
      ...[1, 2, 3, 4].map((n) => aUser(`quick-${n}`, { work: [inAKernel(600, 600, 60)] })),
      aUser("quick-9", { work: [inAKernel(605, 605, 60), inAKernel(1511, 1700, 20)] }),
    ],
    { faults: [{ kind: "request lost", operation: "DeleteApp", of: "sweeps", share: 0.7, from: 0, to: HOUR }] },
  ),
  comesBackWhileItsDeletionIsLost: aStory(
    [aUser("quick-1", { work: [inAKernel(600, 600, 60), inAKernel(1508, 1900, 20)] })],
    { faults: [{ kind: "request lost", operation: "DeleteApp", of: "sweeps", share: 0.7, from: 0, to: HOUR }] },
  ),
  aDozenAreIdleAtOnce: aStory(
    Array.from({ length: 12 }, (_, n) => aUser(`quick-${n}`)),
    { scheduleSeconds: 1800 },
  ),
  nearlyAllAreIdleAtOnce: aStory(
    [
      ...Array.from({ length: 60 }, (_, n) => aUser(`quick-${n}`)),
      ...Array.from({ length: 10 }, (_, n) => aUser(`slow-${n}`)),
    ],
    { seconds: 2 * HOUR, scheduleSeconds: 1800 },
  ),
  oneIsIdleInADryRun: aStory([aUser("quick-1")], { policies: [aPolicyFrom(0, { mode: "dry-run" })] }),
  oneCannotBeDeleted: aStory([aUser("quick-1", { undeletable: true }), aUser("quick-2", { opens: [600] })]),
  listingsFail: aStory([aUser("quick-1", { work: [inAKernel(300, 5 * HOUR, 240)] })], {
    faults: [{ kind: "fails", operation: "ListApps", of: "sweeps", share: 1, from: HOUR, to: 2 * HOUR }],
  }),
  comesBackInTime: aStory([aUser("quick-1", { work: [inAKernel(620, 620, 60), inAKernel(1560, 3600, 20)] })], {
    scheduleSeconds: 300,
  }),
  oneIsIdleOutsideWorkingHours: aStory([aUser("quick-1", { work: [inAKernel(300, 300, 60)] })], {
    policies: [aPolicyFrom(0, { idleTimeOutsideHours: 2 * HOUR })],
  }),
  oneIsIdleWhenWorkBegins: aStory([aUser("slow-1", { opens: [5000], work: [inAKernel(6000, 8700, 60)] })], {
    seconds: 5 * HOUR,
    policies: [aPolicyFrom(0, { idleTimeOutsideHours: 600 })],
  }),
  oneIsIdleAndIsWarned: aStory([aUser("quick-1")], { policies: [aPolicyFrom(0, { warnBefore: 300 })] }),
  oneIsIdleAndIsWarnedByAClockThatIsAhead: aStory([aUser("quick-1")], {
    scheduleSeconds: 73,
    policies: [aPolicyFrom(0, { warnBefore: 300 })],
    mishaps: Array.from({ length: 60 }, (_, invocation) => ({ invocation, kind: "clock is off", by: 25 })),
  }),
  keptByItsUser: aStory([aUser("quick-1", { wishes: [{ at: 800, for: 5 * HOUR }] })]),
  takesItsWishBack: aStory([
    aUser("quick-1", {
      wishes: [
        { at: 800, for: 5 * HOUR },
        { at: 3000, for: 0 },
      ],
    }),
  ]),
  keptForAProgram: aStory([aUser("quick-1", { wishes: [{ at: 800, for: 2 * HOUR, isProgram: true }] })]),
  answersItsWarning: aStory([aUser("slow-1", { answers: [{ after: 100, for: HOUR }] })], {
    policies: [aPolicyFrom(0, { warnBefore: 600 })],
  }),
  keptForTooLong: aStory([aUser("quick-1", { wishes: [{ at: 800, for: 10 * DAY }] })], {
    seconds: 5 * HOUR,
    policies: [aPolicyFrom(0, { keepAliveAtMost: 2 * HOUR })],
  }),
  keptUntilAPolicyForbidsIt: aStory([aUser("quick-1", { wishes: [{ at: 800, for: 20 * HOUR }] })], {
    seconds: 8 * HOUR,
    policies: [aPolicyFrom(0), aPolicyFrom(6 * HOUR, { warnBefore: 300, keepAliveAtMost: 0 })],
  }),
  keptAndItsAgentDies: aStory([
    aUser("quick-1", { wishes: [{ at: 800, for: HOUR }], troubles: [{ kind: "dies", at: HOUR, for: DAY }] }),
  ]),
  exemptByATag: aStory([aUser("quick-1", { tags: [{ at: 0, on: "space", exempt: "true" }] })]),
  exemptForAnHour: aStory([
    aUser("quick-1", {
      tags: [
        { at: 0, on: "space", exempt: "" },
        { at: HOUR, on: "space", exempt: "no" },
      ],
    }),
  ]),
  keptByATag: aStory([aUser("quick-1", { tags: [{ at: 0, on: "app", keepUntil: 2 * HOUR }] })]),
  taggedForTooLong: aStory([aUser("quick-1", { tags: [{ at: 0, on: "app", keepUntil: 10 * DAY }] })], {
    policies: [aPolicyFrom(0, { keepAliveAtMost: HOUR })],
  }),
  taggedWhileItsWorkHangs: aStory(
    [
      aUser("quick-1", {
        work: [{ source: 1, from: 330, to: 2 * DAY, every: 0, hangs: true }],
        tags: [{ at: 0, on: "app", keepUntil: "soon" }],
      }),
    ],
    { seconds: 27 * HOUR, policies: [aPolicyFrom(0, { keepAliveAtMost: HOUR })] },
  ),
  oneIsIdle: aStory([aUser("slow-1", { work: [inAKernel(600, 600, 60)] })]),
} as const satisfies Readonly<Record<string, Story>>;

import { writeApp } from "./people.ts";
import { Random } from "./random.ts";
import { type Edict, FAULT_KINDS, type Fault, type Mishap, SMALL_BUDGET, type Story } from "./story.ts";

const [HOUR, DAY] = [3600, 86_400];
const OPERATIONS = [
  "ListApps",
  "DescribeApp",
  "DeleteApp",
  "GetParametersByPath",
  "GetParameter",
  "PutParameter",
  "GetResources",
] as const;

export type Size = {
  readonly apps: number;
  readonly days: number;
  readonly scheduleSeconds: number;
  /** Whether anything goes wrong. */
  readonly faulty: boolean;
};

/** The story of a seed. */
export function writeStory(seed: number, { apps, days, scheduleSeconds, faulty }: Size): Story {
  const random = new Random(seed);
  const seconds = days * DAY;
  return {
    seed,
    seconds,
    scheduleSeconds,
    apps: Array.from({ length: apps }, (_, i) => writeApp(random, i, { days, faulty })),
    faults: faulty ? Array.from({ length: Math.ceil(6 * days) }, () => writeFault(random, seconds)) : [],
    mishaps: faulty ? writeMishaps(random, seconds / scheduleSeconds) : [],
    policies: writePolicies(random, seconds, faulty),
    budget: SMALL_BUDGET,
    readLagSeconds: faulty ? 2 : 0,
  };
}

/** For minutes, of one operation or of all, some of the calls or all of them. */
function writeFault(random: Random, seconds: number): Fault {
  const from = random.between(0, seconds);
  return {
    kind: random.pick(...FAULT_KINDS),
    operation: random.chance(0.3) ? undefined : random.pick(...OPERATIONS),
    of: random.pick("sweeps", "sweeps", "agents"),
    share: random.pick(0.05, 0.3, 0.8, 1),
    from,
    to: from + random.pick(120, 900, HOUR),
  };
}

/** One invocation in thirty meets one. */
function writeMishaps(random: Random, invocations: number): Mishap[] {
  return Array.from({ length: Math.ceil(invocations / 30) }, () => {
    const kind = random.pick("cut off", "cut off", "starts twice", "skipped", "clock is off", "cold start");
    const by = kind === "clock is off" ? random.between(-30, 30) : random.whole(0, 60);
    return { invocation: random.whole(0, invocations), kind, by };
  });
}

/** Mostly live; now and then an admin changes the timeouts, or looks for some hours at what a dry run says. */
function writePolicies(random: Random, seconds: number, faulty: boolean): Edict[] {
  const warnBefore = faulty ? random.pick(0, 300) : 0;
  const first: Edict = {
    at: 0,
    mode: "live",
    idleTimeInSeconds: 3600,
    quickIdleTimeInSeconds: 900,
    warnBefore,
    keepAliveAtMost: DAY,
  };
  if (!faulty) return [first];
  const edicts = [first];
  for (let at = random.between(0.2, 2) * DAY; at < seconds; at += random.between(0.5, 3) * DAY) {
    const idleTimeInSeconds = random.pick(1800, 3600, 7200);
    const quickIdleTimeInSeconds = random.pick(600, 900, 1800);
    const warnBefore = random.pick(0, 120, 600);
    const keepAliveAtMost = random.pick(DAY, DAY, 2 * HOUR, 0);
    const edict: Edict = { ...first, at, idleTimeInSeconds, quickIdleTimeInSeconds, warnBefore, keepAliveAtMost };
    edicts.push(random.chance(0.4) ? { ...edict, idleTimeOutsideHours: random.pick(600, 1800, 10_800) } : edict);
    if (!random.chance(0.2)) continue;
    edicts.push({ ...first, at: at + HOUR, mode: "dry-run" }, { ...first, at: at + 4 * HOUR });
  }
  return edicts.toSorted((a, b) => a.at - b.at);
}

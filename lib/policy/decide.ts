import type { App } from "../domain/app.ts";
import { SOURCES, type Heartbeat, type Reading, type Source } from "../domain/heartbeat.ts";
import { duration, secondsAfter, secondsBetween } from "./time.ts";
import type { AppPolicy } from "./document.ts";
import { keep, type Keep, type KeepReason, type Stop, type Verdict } from "./verdict.ts";

const COVERED_TYPES: readonly string[] = ["JupyterLab", "CodeEditor"];

/** How far the clocks of Lambda, SageMaker and Parameter Store may be apart before a time is taken for nonsense. */
const CLOCK_SLACK_SECONDS = 60;

/** The sources at which something can be at work, and not only have been. */
const BUSY: Readonly<Partial<Record<Source, { reason: KeepReason; noun: string }>>> = {
  kernels: { reason: "busy-kernel", noun: "a kernel is busy" },
  terminals: { reason: "terminal-job", noun: "a terminal runs a job" },
  cpu: { reason: "busy-cpu", noun: "a process computes" },
  gpu: { reason: "busy-gpu", noun: "a GPU computes" },
};

/** Judges one app: the first line that applies gives the verdict. See the verdict table in the README. */
export function decide(app: App, reading: Reading, policy: AppPolicy, now: Date): Verdict {
  return notRunning(app) ?? notCovered(app) ?? young(app, policy, now) ?? judgeReading(app, reading, policy, now);
}

function judgeReading(app: App, reading: Reading, policy: AppPolicy, now: Date): Verdict {
  if (reading.kind === "none" || reading.receivedAt < app.createdAt) return silentSinceStart(app, policy, now);
  const { receivedAt } = reading;
  if (reading.kind === "unreadable") return keep("bad-heartbeat", `its heartbeat cannot be read: ${reading.why}`);
  const { heartbeat } = reading;
  return (
    stale(heartbeat, receivedAt, policy, now) ??
    unbelievable(app, heartbeat, receivedAt, now) ??
    unknown(heartbeat, policy) ??
    busy(heartbeat, policy) ??
    connected(heartbeat, policy) ??
    byIdleTime(heartbeat, receivedAt, policy, now)
  );
}

function notRunning(app: App): Keep | undefined {
  if (app.status !== "InService") return keep("not-running", `its status is ${app.status}`);
}

/** Whether an app runs, and is of a type that the reaper watches: the fleet that budgets are shares of. */
export function isWatched({ status, type }: App): boolean {
  return status === "InService" && COVERED_TYPES.includes(type);
}

function notCovered(app: App): Keep | undefined {
  if (!COVERED_TYPES.includes(app.type)) return keep("not-covered", `apps of type ${app.type} are not watched`);
}

function young(app: App, { minRuntime }: AppPolicy, now: Date): Keep | undefined {
  if (minRuntime === undefined || secondsBetween(app.createdAt, now) >= minRuntime) return undefined;
  return keep("young", `it may run for ${duration(minRuntime)} in any case`, {
    eligibleAt: secondsAfter(app.createdAt, minRuntime),
  });
}

function silentSinceStart(app: App, policy: AppPolicy, now: Date): Verdict {
  const detail = `no heartbeat since it started ${duration(secondsBetween(app.createdAt, now))} ago`;
  return silent(app.createdAt, detail, policy, now) ?? keep("no-heartbeat", detail);
}

/** Silence says nothing about idleness, so it stops an app only where the policy opts in, after a timeout of its own. */
function silent(since: Date, detail: string, { silentAfter }: AppPolicy, now: Date): Stop | undefined {
  if (silentAfter === undefined || secondsBetween(since, now) < silentAfter) return undefined;
  return { verdict: "stop", reason: "silent", detail, idleSeconds: null, eligibleAt: secondsAfter(since, silentAfter) };
}

function stale({ renewIn }: Heartbeat, receivedAt: Date, policy: AppPolicy, now: Date): Verdict | undefined {
  if (secondsBetween(receivedAt, now) <= renewIn) return undefined;
  const detail = `its agent fell silent: the last heartbeat came ${duration(secondsBetween(receivedAt, now))} ago, for ${duration(renewIn)}`;
  return silent(receivedAt, detail, policy, now) ?? keep("stale-heartbeat", detail);
}

/** A heartbeat that contradicts the services' own clocks is of another incarnation, or forged. */
function unbelievable(app: App, { up, idle }: Heartbeat, receivedAt: Date, now: Date): Keep | undefined {
  if (secondsBetween(now, receivedAt) > CLOCK_SLACK_SECONDS)
    return keep("bad-heartbeat", "its heartbeat comes from the future");
  const age = secondsBetween(app.createdAt, receivedAt);
  if (up > age + CLOCK_SLACK_SECONDS)
    return keep("bad-heartbeat", `its heartbeat speaks of ${duration(up)}, longer than the app exists`);
  const boast = SOURCES.find((source) => (idle[source] ?? 0) > up + 1);
  if (boast) return keep("bad-heartbeat", `its heartbeat calls ${boast} idle for longer than its agent has looked`);
}

/** Unknown is never idle. */
function unknown({ idle, connections }: Heartbeat, policy: AppPolicy): Keep | undefined {
  const counted = countedSources(policy).filter((source) => idle[source] !== undefined);
  const unread = counted.find((source) => idle[source] === null);
  if (unread) return keep("unknown-activity", `its agent cannot read ${unread}`);
  if (counted.length === 0) return keep("unknown-activity", "its agent reports no source that the policy counts");
  // A Code Editor app has no kernels to be connected to.
  if (!policy.ignoreConnections && idle.kernels !== undefined && typeof connections !== "number")
    return keep("unknown-activity", "its agent cannot read connections");
}

function busy(heartbeat: Heartbeat, policy: AppPolicy): Keep | undefined {
  for (const source of countedSources(policy)) {
    const work = heartbeat.busy[source];
    const kind = BUSY[source];
    if (work && kind)
      return keep(kind.reason, `${kind.noun}: ${work.what}, for ${duration(work.for)}`, { idleSeconds: 0 });
  }
}

/** With `ignoreConnections: false`, an idle kernel that someone has open is active. */
function connected({ connections }: Heartbeat, policy: AppPolicy): Keep | undefined {
  if (policy.ignoreConnections || !connections) return undefined;
  return keep("connected", `${connections} open ${connections === 1 ? "connection" : "connections"} to its kernels`, {
    idleSeconds: 0,
  });
}

/**
 * Idle time counts as far as the heartbeat vouches for it: an agent that died, or cannot write, must not make its app look idler
 * than the last look at it. The agent writes at the crossing of each timeout, so this costs no time.
 */
function byIdleTime(heartbeat: Heartbeat, receivedAt: Date, policy: AppPolicy, now: Date): Verdict {
  const { source, idleSeconds } = leastIdle(heartbeat, policy);
  // Between two looks nothing is known, so no idleness shorter than that is believed.
  const timeout = Math.max(policy.idleTimeInSeconds, heartbeat.sampleEvery);
  const eligibleAt = secondsAfter(receivedAt, timeout - idleSeconds);
  const detail = `${source} idle for ${duration(idleSeconds)} of ${duration(timeout)}`;
  if (idleSeconds >= timeout) return { verdict: "stop", reason: "idle", detail, idleSeconds, eligibleAt };
  const overdue = eligibleAt <= now ? ", and the agent's next word decides" : "";
  return keep("recently-active", detail + overdue, { idleSeconds, eligibleAt });
}

function leastIdle({ idle }: Heartbeat, policy: AppPolicy): { source: Source; idleSeconds: number } {
  return countedSources(policy)
    .map((source) => ({ source, idleSeconds: idle[source] ?? Infinity }))
    .reduce((least, other) => (other.idleSeconds < least.idleSeconds ? other : least));
}

function countedSources({ sources, skipTerminals }: AppPolicy): readonly Source[] {
  return sources.filter((source) => source !== "terminals" || !skipTerminals);
}

import type { Way } from "../domain/notice.ts";
import { LONGEST_SECONDS } from "../domain/seconds.ts";
import type { AppPolicy, Policy } from "./document.ts";
import {
  hungAftersIn,
  leastMaxAge,
  longestKeepAlive,
  longestWarning,
  mayNeverStop,
  settingsInForce,
  stoppingTimesIn,
  timeoutsIn,
  warningsIn,
  waysIn,
} from "./in-force.ts";

/** Parameter Store takes about 3 writes a second from an account and region. All agents together plan for half. */
const WRITES_PER_SECOND = 1.5;

/** An agent writes at most twice a cadence while its user comes and goes: at its end, and when activity resumes. */
const WRITES_PER_CADENCE = 2;

/**
 * An agent hears of another timeout at its next write, so a small fleet writes every 15 minutes. A write costs the app
 * an eighth of a CPU-second, and twice as many would cost it a whole one an hour. Crossed timeouts are extra.
 */
const SAMPLES_PER_CADENCE = 15;
const MAX_TIMEOUTS = 16;

/** JSON has no number for it. */
const NEVER_SECONDS = LONGEST_SECONDS;

/** What the sweep tells every agent, through one parameter. See docs/heartbeat.md. */
export type Instructions = {
  readonly v: 1;
  readonly sampleSeconds: number;
  readonly cadenceSeconds: number;
  /** The idle times at which an app is stopped, or its user warned: an agent writes when one is crossed. */
  readonly timeouts: readonly number[];
  /** Those of them at which one is stopped, for people; ten years where some app is never. */
  readonly idleTimes: readonly number[];
  /** The least age at which an app is stopped, for people; 0 where none is for its age. */
  readonly maxAge: number;
  readonly warnBefore: number;
  readonly keepAtMost: number;
  readonly ways: readonly Way[];
  readonly hungAfter: readonly number[];
  readonly cpuThreshold: number;
  readonly gpuThreshold: number;
  readonly notJobs: readonly string[];
  readonly helpers: readonly string[];
};

/** The instructions for a fleet of so many apps: the larger it is, the more rarely each agent writes. */
export function instructionsFor(policy: Policy, fleetSize: number, now: Date): Instructions {
  const settings = settingsInForce(policy, now);
  const { sampleSeconds, ...thresholds } = policy.agent;
  const secondsPerCadence = (WRITES_PER_CADENCE * fleetSize) / WRITES_PER_SECOND;
  // In whole minutes, so that a single app more or less does not change the parameter.
  const cadenceSeconds = Math.max(SAMPLES_PER_CADENCE * sampleSeconds, Math.floor(secondsPerCadence / 60) * 60);
  return {
    v: 1,
    sampleSeconds,
    cadenceSeconds,
    timeouts: timesToHearOf(settings),
    idleTimes: timesToName(settings),
    maxAge: leastMaxAge(settings),
    warnBefore: longestWarning(settings),
    keepAtMost: longestKeepAlive(settings),
    ways: waysIn(settings),
    hungAfter: hungAftersIn(settings).slice(0, MAX_TIMEOUTS),
    ...thresholds,
  };
}

/** A timeout that an agent does not know delays a stop for longer than a warning, so timeouts come first. */
function timesToHearOf(settings: readonly AppPolicy[]): readonly number[] {
  const times = new Set([...timeoutsIn(settings), ...warningsIn(settings)]);
  // An agent needs one.
  if (times.size === 0) return [NEVER_SECONDS];
  return [...times].slice(0, MAX_TIMEOUTS).sort((a, b) => a - b);
}

function timesToName(settings: readonly AppPolicy[]): readonly number[] {
  if (!mayNeverStop(settings)) return stoppingTimesIn(settings).slice(0, MAX_TIMEOUTS);
  return [...stoppingTimesIn(settings).slice(0, MAX_TIMEOUTS - 1), NEVER_SECONDS];
}

import type { Way } from "../domain/notice.ts";
import type { Policy } from "./document.ts";
import { hungAftersInForce, longestKeepAlive, longestWarning, timeoutsInForce, warningsInForce } from "./resolve.ts";
import { waysInForce } from "./ways.ts";

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

/** What the sweep tells every agent, through one parameter. See docs/heartbeat.md. */
export type Instructions = {
  readonly v: 1;
  readonly sampleSeconds: number;
  readonly cadenceSeconds: number;
  /** The idle times at which an app is stopped, or its user warned: an agent writes when one is crossed. */
  readonly timeouts: readonly number[];
  /** Those of them at which one is stopped. */
  readonly idleTimes: readonly number[];
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
export function instructionsFor(policy: Policy, fleetSize: number): Instructions {
  const { sampleSeconds, ...thresholds } = policy.agent;
  const secondsPerCadence = (WRITES_PER_CADENCE * fleetSize) / WRITES_PER_SECOND;
  // In whole minutes, so that a single app more or less does not change the parameter.
  const cadenceSeconds = Math.max(SAMPLES_PER_CADENCE * sampleSeconds, Math.floor(secondsPerCadence / 60) * 60);
  return {
    v: 1,
    sampleSeconds,
    cadenceSeconds,
    timeouts: timesToHearOf(policy),
    idleTimes: timeoutsInForce(policy).slice(0, MAX_TIMEOUTS),
    warnBefore: longestWarning(policy),
    keepAtMost: longestKeepAlive(policy),
    ways: waysInForce(policy),
    hungAfter: hungAftersInForce(policy).slice(0, MAX_TIMEOUTS),
    ...thresholds,
  };
}

/** A timeout that an agent does not know delays a stop for longer than a warning, so timeouts come first. */
function timesToHearOf(policy: Policy): readonly number[] {
  const times = new Set([...timeoutsInForce(policy), ...warningsInForce(policy)]);
  return [...times].slice(0, MAX_TIMEOUTS).sort((a, b) => a - b);
}

import type { Policy } from "./document.ts";
import { timeoutsInForce } from "./resolve.ts";

/** Parameter Store takes about 3 writes/s for a whole account and region; the agents of all apps together plan for half of it. */
const WRITES_PER_SECOND = 1.5;

/** An agent writes at most twice a cadence while its user comes and goes: once at its end, once when activity resumes. */
const WRITES_PER_CADENCE = 2;

/** Each write costs the app a quarter of a CPU-second; the crossing of a timeout is written at once in any case. */
const SAMPLES_PER_CADENCE = 30;
const MOST_TIMEOUTS = 16;

/** What the sweep tells every agent, through one parameter. See docs/heartbeat.md. */
export type Instructions = {
  readonly v: 1;
  readonly sampleSeconds: number;
  readonly cadenceSeconds: number;
  readonly timeouts: readonly number[];
  readonly cpuThreshold: number;
  readonly gpuThreshold: number;
  readonly notJobs: readonly string[];
};

/** The instructions for a fleet of so many apps: the larger it is, the rarer each agent writes. */
export function instruct(policy: Policy, fleetSize: number): Instructions {
  const { sampleSeconds, ...judgement } = policy.agent;
  const bounded = (WRITES_PER_CADENCE * fleetSize) / WRITES_PER_SECOND;
  // In whole minutes, so that an app more or less does not change the parameter at every sweep.
  const cadenceSeconds = Math.max(SAMPLES_PER_CADENCE * sampleSeconds, Math.floor(bounded / 60) * 60);
  return {
    v: 1,
    sampleSeconds,
    cadenceSeconds,
    timeouts: timeoutsInForce(policy).slice(0, MOST_TIMEOUTS),
    ...judgement,
  };
}

import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { heartbeatText } from "../account/heartbeat.ts";
import { QUOTAS, SHARE } from "../../lib/aws/rate-limiter.ts";
import { Account } from "../account/account.ts";
import { clientEnvironment } from "../studio/clients.ts";
import { type EmbeddedStudio, startStudio } from "../studio/index.ts";
import { bundleAsDeployed } from "./bundle.ts";
import { FUNCTION_MEMORY } from "./cost.ts";
import { median } from "./figures.ts";

const run = promisify(execFile);

/** Those that a sweep is held up by. */
const LIMITED = ["ListApps", "GetParametersByPath", "DeleteApp"] as const;
const LATENCY_MS = 30;
const MOST_HEARTBEATS = 9_900;
const PACED = ["ListApps", "GetParametersByPath", "DescribeApp", "GetParameter", "DeleteApp"];

const CHILD = resolve("build/bench/sweep-child.mjs");
/** How Lambda's bootstrap script starts Node: a tenth of the memory is for the two halves of the young generation. */
const YOUNG = Math.floor(FUNCTION_MEMORY / 10);
const HEAP_OF_THE_FUNCTION = [
  `--max-semi-space-size=${Math.floor(YOUNG / 2)}`,
  `--max-old-space-size=${FUNCTION_MEMORY - YOUNG}`,
];

const Swept = v.object({
  seconds: v.number(),
  cpuSeconds: v.number(),
  peakHeapMb: v.number(),
  apps: v.number(),
  stops: v.number(),
  failures: v.array(v.string()),
});

/** One sweep of a fleet, by a bundle as it is deployed, in a process of its own. */
export type Swept = v.InferOutput<typeof Swept> & {
  readonly calls: number;
  readonly throttled: number;
  /** The seconds that the quotas alone ask for. */
  readonly boundSeconds: number;
};

/** An account with so many apps, of which some have been idle for long enough. */
export async function fleetOf(apps: number, idle: number): Promise<EmbeddedStudio> {
  const studio = await startStudio({ instances: "none" });
  const account = new Account(studio);
  await account.putPolicy({ version: 1, mode: "live" });
  const spaces = Array.from({ length: apps }, (_, i) => `fleet-${i}`);
  studio.seed.apps(spaces.map((spaceName) => ({ spaceName, createdAt: Date.now() - 86_400_000 })));
  studio.seed.parameters(
    // The account has room for 10 000 parameters, and the sweep has some of its own.
    spaces
      .slice(0, MOST_HEARTBEATS)
      .map((space, i) => ({ name: account.heartbeatName(space), value: heartbeatText(i < idle ? 4000 : 5) })),
  );
  return studio;
}

/**
 * Sweeps at the sweep's own pace, with quotas and latencies as in an account; or in one where quotas are so many times
 * as large, and answers come so many times as fast.
 */
export async function sweepWithin(studio: EmbeddedStudio, apps: number, stops: number, times = 1): Promise<Swept> {
  for (const operation of LIMITED) studio.faults.rate(operation, times * QUOTAS[operation]);
  for (const operation of PACED) studio.faults.add({ operation, delayMs: LATENCY_MS / times });
  return { ...(await sweepOnce(studio, times)), boundSeconds: boundOf(apps, stops, times) };
}

/** Sweeps as fast as the endpoint answers, three times, and answers the one that took neither longest nor least. */
export async function sweepUnlimited(studio: EmbeddedStudio): Promise<Swept> {
  studio.faults.clear();
  const once = () => sweepOnce(studio, Infinity);
  const runs = [await once(), await once(), await once()] as const;
  const middle = median(runs.map(({ seconds }) => seconds));
  return { ...(runs.find(({ seconds }) => seconds === middle) ?? runs[0]), boundSeconds: 0 };
}

async function sweepOnce(studio: EmbeddedStudio, times: number): Promise<Omit<Swept, "boundSeconds">> {
  await bundleAsDeployed(join(import.meta.dirname, "sweep-child.ts"), CHILD);
  const before = studio.calls.length;
  const { stdout } = await run(process.execPath, [...HEAP_OF_THE_FUNCTION, CHILD, String(times)], {
    env: { ...clientEnvironment(studio), AWS_REGION: studio.region },
  });
  const made = studio.calls.slice(before);
  const throttled = made.filter(({ error }) => error === "ThrottlingException").length;
  return { ...v.parse(Swept, JSON.parse(stdout)), calls: made.length, throttled };
}

/**
 * What no sweep can do without: its pages side by side at its share of the quotas, then its stops, then a notice of
 * each stop, at a write a second.
 */
function boundOf(apps: number, stops: number, times: number): number {
  const seconds = (calls: number, operation: (typeof LIMITED)[number]) => calls / (QUOTAS[operation] * SHARE * times);
  const list = seconds(Math.ceil(apps / 100), "ListApps");
  const read = seconds(Math.ceil(apps / 10), "GetParametersByPath");
  return Math.max(list, read) + seconds(stops, "DeleteApp") + stops;
}

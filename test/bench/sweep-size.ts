import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { heartbeatText } from "../account/heartbeat.ts";
import { Account } from "../account/account.ts";
import { clientEnvironment } from "../studio/clients.ts";
import { type EmbeddedStudio, startStudio } from "../studio/index.ts";
import { bundleAsDeployed } from "./bundle.ts";

const run = promisify(execFile);

/** The calls a second of a whole account, and the half of them that a sweep takes. */
const QUOTAS = { ListApps: 2, GetParametersByPath: 40, DeleteApp: 5 } as const;
const SHARE = 0.5;
const LATENCY_MS = 30;
const MOST_HEARTBEATS = 9_900;
const PACED = ["ListApps", "GetParametersByPath", "DescribeApp", "GetParameter", "DeleteApp"];

const CHILD = resolve("build/bench/sweep-child.mjs");
/** How Node sizes its heap by itself in a function of 512 MB. */
const HEAP_OF_THE_FUNCTION = ["--max-old-space-size=256", "--max-semi-space-size=1"];

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

/** Sweeps at the sweep's own pace, with quotas and latencies as in an account. */
export async function sweepWithin(studio: EmbeddedStudio, apps: number, stops: number): Promise<Swept> {
  for (const [operation, perSecond] of Object.entries(QUOTAS)) studio.faults.rate(operation, perSecond);
  for (const operation of PACED) studio.faults.add({ operation, delayMs: LATENCY_MS });
  return { ...(await sweepOnce(studio, "paced")), boundSeconds: boundOf(apps, stops) };
}

/** Sweeps as fast as the endpoint answers. */
export async function sweepUnlimited(studio: EmbeddedStudio): Promise<Swept> {
  studio.faults.clear();
  return { ...(await sweepOnce(studio, "unlimited")), boundSeconds: 0 };
}

async function sweepOnce(studio: EmbeddedStudio, pace: string): Promise<Omit<Swept, "boundSeconds">> {
  await bundleAsDeployed(join(import.meta.dirname, "sweep-child.ts"), CHILD);
  const before = studio.calls.length;
  const { stdout } = await run(process.execPath, [...HEAP_OF_THE_FUNCTION, CHILD, pace], {
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
export function boundOf(apps: number, stops: number): number {
  const list = Math.ceil(apps / 100) / (QUOTAS.ListApps * SHARE);
  const read = Math.ceil(apps / 10) / (QUOTAS.GetParametersByPath * SHARE);
  return Math.max(list, read) + stops / (QUOTAS.DeleteApp * SHARE) + stops;
}

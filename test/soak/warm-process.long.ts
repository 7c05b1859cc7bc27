import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import * as v from "valibot";
import { Account } from "../account/account.ts";
import { bundleAsDeployed } from "../bench/bundle.ts";
import { Random } from "../simulation/random.ts";
import type { Effect } from "../studio/faults.ts";
import { clientEnvironment } from "../studio/clients.ts";
import { type EmbeddedStudio, startStudio } from "../studio/index.ts";
import { FastClock } from "./fast-clock.ts";
import { Fleet } from "./fleet.ts";

const [APPS, SWEEPS] = [1000, 500];
/** By how much the sweep's process and the account are faster than the real clock: the sweep keeps to its own pace. */
const SPEED = 50;
/** What goes by between two sweeps. After a day, as many apps leave the listing as come to it. */
const PAUSE_MS = 300_000;
/** From when on nothing may grow: the account has been there for more than a day. */
const STEADY_FROM = 300;
const OPERATIONS = ["ListApps", "GetParametersByPath", "GetParameter", "DescribeApp", "DeleteApp", "PutParameter"];

const Swept = v.object({ failure: v.optional(v.string()), heapMb: v.number(), handles: v.array(v.string()) });
type Swept = v.InferOutput<typeof Swept>;

test("a warm process sweeps 500 times through faults: its heap does not grow, no handle is left", async (context) => {
  const [random, clock] = [new Random(1), new FastClock(SPEED, Date.now())];
  await using studio = await startStudio({ instances: "none", now: () => clock.now() });
  const account = new Account(studio);
  await account.putPolicy({ version: 1, mode: "live", defaults: { warnBefore: 300 } });
  const fleet = new Fleet(studio, account, random, () => clock.now());
  fleet.start(APPS);
  await using warm = await startWarmProcess(studio);
  const swept: Swept[] = [];
  let stops = 0;
  for (let number = 0; number < SWEEPS; number++) {
    clock.set(clock.now() + PAUSE_MS);
    fleet.goOn();
    addFaults(studio, random);
    swept.push(await warm.sweep(clock.now()));
    stops += fleet.checkStops(studio.calls.splice(0));
    studio.faults.clear();
  }
  const heap = (from: number, to: number) => median(swept.slice(from, to).map(({ heapMb }) => heapMb));
  const [early, late] = [heap(STEADY_FROM, STEADY_FROM + 50), heap(SWEEPS - 50, SWEEPS)];
  const failed = swept.filter(({ failure }) => failure !== undefined);
  context.diagnostic(
    `${SWEEPS} sweeps of ${APPS} apps, of which ${failed.length} told of failures; ${stops} stops; ` +
      `heap ${heap(0, 50).toFixed(1)} MB in the first fifty, ${early.toFixed(1)} MB after a day, ` +
      `${late.toFixed(1)} MB in the last fifty; handles ${JSON.stringify(counted(swept.at(-1)))}`,
  );
  assert.ok(late < early * 1.03, `the heap grew from ${early} MB to ${late} MB`);
  assert.ok(stops > SWEEPS, `only ${stops} stops`);
  assert.ok(failed.length < SWEEPS / 2, failed[0]?.failure);
  for (const [kind, count] of Object.entries(counted(swept.at(-1)))) {
    const before = Math.max(...swept.slice(0, 50).map((one) => counted(one)[kind] ?? 0));
    assert.ok(count <= before && kind !== "Timeout", `${count} handles ${kind}, ${before} of them at the begin`);
  }
});

/** A few calls of this sweep are throttled, fail, are cut off, late, or answered by an empty page. */
function addFaults({ faults }: EmbeddedStudio, random: Random): void {
  for (let n = random.whole(0, 3); n > 0; n--) {
    const [operation, times] = [random.pick("ListApps", ...OPERATIONS), random.whole(1, 3)];
    const effect = random.pick<Effect>(
      { error: { code: "ThrottlingException", message: "Rate exceeded" } },
      { error: { code: "InternalFailure", status: 500 } },
      { hangUp: true },
      { delayMs: 20 },
      operation.startsWith("Get") && operation.endsWith("Path") ? { emptyPage: true } : { delayMs: 5 },
    );
    faults.add({ operation, times, ...effect });
  }
}

async function startWarmProcess(studio: EmbeddedStudio) {
  const folder = await mkdtemp(join(tmpdir(), "studio-reaper-soak-"));
  const bundle = join(folder, "sweep.mjs");
  await bundleAsDeployed("handlers/sweep.ts", bundle);
  const child = fork(join(import.meta.dirname, "warm-process-child.ts"), [bundle, String(SPEED)], {
    env: { ...clientEnvironment(studio), AWS_REGION: studio.region, NODE_NO_WARNINGS: "1", ...ENVIRONMENT },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await once(child, "message");
  return {
    async sweep(now: number): Promise<Swept> {
      const answered = once(child, "message");
      child.send({ now });
      return v.parse(v.tuple([Swept]), await answered)[0];
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true });
    },
  };
}

const ENVIRONMENT = { PARAMETER_PREFIX: "/studio-reaper", POWERTOOLS_SERVICE_NAME: "studio-reaper-soak" };

function counted(swept: Swept | undefined): Record<string, number> {
  const kinds = Map.groupBy(swept?.handles ?? [], (kind) => kind);
  return Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length]));
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}

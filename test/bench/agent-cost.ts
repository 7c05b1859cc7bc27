import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildOnStart } from "../../lcc/build.ts";
import { Account } from "../account/account.ts";
import { until } from "../lcc/stand-ins.ts";
import { type EmbeddedStudio, type Instance, startStudio } from "../studio/index.ts";
import { studioPython } from "../studio/python.ts";
import { type AgentVersion, startOf } from "./agent-version.ts";
import { measureCronRule } from "./cron-rule.ts";
import { CROWD, crowdScript, fillHome, standInJupyter } from "./crowd.ts";

const SAMPLES = 60;
const CHECKS = 30;
const TICKS_A_SECOND = 100;
// A second for a minute: 60 looks, a write for every 15 of them, as the sweep instructs agents, and one timeout crossed
// on the way.
const INSTRUCTIONS = { v: 1, sampleSeconds: 1, cadenceSeconds: 15, timeouts: [30] };

/**
 * What the agent in a crowded app costs in an hour, a second standing for a minute, beside a former agent where one is
 * given, and beside the classic cron script's rule.
 */
export async function measureAgentCost({ former }: { readonly former?: AgentVersion | undefined }): Promise<string[]> {
  if (platform() !== "linux") return ["agent, one hour: not measured, needs /proc"];
  const folder = await mkdtemp(join(tmpdir(), "studio-reaper-bench-"));
  try {
    await using jupyter = await standInJupyter();
    fillHome(join(folder, "home"));
    const agent = await measureAgent(folder, jupyter, await buildOnStart());
    const formerAgent = former && (await measureAgent(folder, jupyter, await startOf(former, folder)));
    const rule = {
      python: await studioPython(),
      folder,
      baseUrl: `http://127.0.0.1:${jupyter.port}/jupyterlab/default/`,
      imports: [],
    };
    const bare = await measureCronRule(rule, CHECKS);
    const withSdk = await measureCronRule({ ...rule, imports: ["boto3"] }, CHECKS);
    return [
      `beside ${CROWD.processes} processes, ${CROWD.kernels} kernels, ${CROWD.files / 1000} 000 files:`,
      `agent, one hour: ${inWords(agent)}`,
      ...(formerAgent ? [`former agent (${former.name}), one hour: ${inWords(formerAgent)}`] : []),
      `the cron script's rule, one hour: ${bare.cpuSeconds.toFixed(2)} CPU-s, ${bare.peakMiB.toFixed(0)} MiB peak ` +
        `(${CHECKS} checks); with the boto3 that the script imports: ${withSdk.cpuSeconds.toFixed(2)} CPU-s, ` +
        `${withSdk.peakMiB.toFixed(0)} MiB peak`,
      `ratio: ${(agent.cpuSeconds / bare.cpuSeconds).toFixed(2)}; with boto3: ` +
        (agent.cpuSeconds / withSdk.cpuSeconds).toFixed(2),
    ];
  } finally {
    await rm(folder, { recursive: true, maxRetries: 3 });
  }
}

type JupyterStandIn = Awaited<ReturnType<typeof standInJupyter>>;
type Cost = { cpuSeconds: number; residentMiB: number };
type Hour = Cost & { writerMiB: number; samples: number; writes: number };

function inWords({ cpuSeconds, residentMiB, writerMiB, samples, writes }: Hour): string {
  return (
    `${cpuSeconds.toFixed(2)} CPU-s, ${residentMiB.toFixed(1)} MiB resident, ` +
    `${writerMiB.toFixed(0)} MiB more while it writes (${samples} samples, ${writes} writes)`
  );
}

async function measureAgent(folder: string, jupyter: JupyterStandIn, onStart: string): Promise<Hour> {
  await using studio = await startStudio({
    lifecycleScript: await crowdedStart(folder, jupyter.kernelIds, onStart),
    env: { HOME: join(folder, "home"), JL_PORT: String(jupyter.port) },
  });
  const account = new Account(studio);
  await account.putParameter("/studio-reaper/instructions", JSON.stringify(INSTRUCTIONS));
  await account.createSpace("crowded");
  const askedBefore = jupyter.kernelsAsked();
  const samples = () => jupyter.kernelsAsked() - askedBefore;
  await account.startApp("crowded");
  const pids = await agentOf(studio.app("crowded"));
  const writerMiB = await peakOfWrites(pids, () => samples() >= SAMPLES);
  // The last look is not over when it asks.
  await sleep(700);
  return { ...(await costOf(pids)), writerMiB, samples: samples(), writes: writesOf(studio) };
}

/** An app's start with a crowd in it; in files, as it is more than a lifecycle configuration may have. */
async function crowdedStart(folder: string, kernelIds: readonly string[], onStart: string): Promise<string> {
  const scripts = { crowd: join(folder, "crowd.sh"), agent: join(folder, "on-start.sh") };
  await writeFile(scripts.crowd, crowdScript(kernelIds, folder));
  await writeFile(scripts.agent, onStart);
  return `bash ${scripts.crowd}; bash ${scripts.agent}`;
}

/** The processes that are there all the time, once they are: the agent and what would start it again. */
function agentOf(app: Instance | undefined): Promise<number[]> {
  return until(async () => {
    const agents = ((await app?.processes()) ?? []).filter(({ command }) => /agent-\w+\.(zip|py)$/.test(command));
    return agents.length === 2 && agents.map(({ pid }) => pid);
  }, "one agent and its supervisor");
}

function writesOf({ calls }: EmbeddedStudio): number {
  return calls.filter(
    ({ operation, input }) => operation === "PutParameter" && String(input["Name"]).includes("/heartbeats/"),
  ).length;
}

/** The most memory that a child of the agent was seen to have, until something has happened. */
async function peakOfWrites(pids: readonly number[], hasHappened: () => boolean): Promise<number> {
  let peak = 0;
  await until(
    async () => {
      const children = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/task/${pid}/children`, "utf8")));
      const writers = children
        .flatMap((text) => text.split(" ").filter(Boolean).map(Number))
        .filter((pid) => !pids.includes(pid));
      peak = Math.max(peak, ...(await Promise.all(writers.map((pid) => memoryOf(pid, "VmHWM")))));
      return hasHappened();
    },
    "an hour's samples",
    SAMPLES * 2,
  );
  return peak;
}

async function costOf(pids: readonly number[]): Promise<Cost> {
  const [ticks, resident] = await Promise.all([
    Promise.all(pids.map(ticksOf)),
    Promise.all(pids.map((pid) => memoryOf(pid, "VmRSS"))),
  ]);
  return { cpuSeconds: sum(ticks) / TICKS_A_SECOND, residentMiB: sum(resident) };
}

/** Own time and that of the children that were waited for, as user and as system. */
async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return sum(
    stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 15)
      .map(Number),
  );
}

async function memoryOf(pid: number, what: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

import { mkdir, readFile } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeApp, processesOf } from "../lcc/app.ts";
import { standInParameterStore, until } from "../lcc/stand-ins.ts";
import { studioPython } from "../studio/python.ts";
import { measureCronRule } from "./cron-rule.ts";
import { CROWD, crowd, fillHome, standInJupyter } from "./crowd.ts";

const SAMPLES = 60;
const CHECKS = 30;
const TICKS_A_SECOND = 100;
// A second for a minute: 60 looks, a write for every 15 of them, and one timeout crossed on the way.
const INSTRUCTIONS = { v: 1, sampleSeconds: 1, cadenceSeconds: 15, timeouts: [35] };

/** What the agent in a crowded app costs in an hour, a second standing for a minute, beside the classic cron script's rule. */
export async function measureAgentCost(): Promise<string[]> {
  if (platform() !== "linux") return ["agent, one hour: not measured, needs /proc"];
  const python = await studioPython();
  await using jupyter = await standInJupyter();
  await using store = await standInParameterStore({ instructions: JSON.stringify(INSTRUCTIONS), refuse: () => undefined });
  await using app = await makeApp({ AWS_ENDPOINT_URL: `http://127.0.0.1:${store.port}`, JL_PORT: String(jupyter.port) });
  await using others = await crowd(python, jupyter.kernelIds);
  const home = join(app.folder, "home");
  await mkdir(home);
  fillHome(home);
  await app.start({ HOME: home });
  const peakMiB = await peakOfWrites(app.folder, () => jupyter.kernelsAsked() >= SAMPLES);
  // The last look is not over when it asks.
  await sleep(700);
  const agent = await costOf((await processesOf(app.folder)).map(({ pid }) => pid));
  const crowded = `${others.processes} processes, ${CROWD.kernels} kernels, ${CROWD.files / 1000} 000 files`;
  const cron = await measureCronRule(python, app.folder, `http://127.0.0.1:${jupyter.port}/jupyterlab/default/`, CHECKS);
  return [
    `agent, one hour: ${agent.cpuSeconds.toFixed(2)} CPU-s, ${agent.residentMiB.toFixed(1)} MiB resident, ${peakMiB.toFixed(0)} MiB more while it writes (${jupyter.kernelsAsked()} samples, ${store.heard.length} writes; ${crowded})`,
    `the cron script's rule, one hour: ${cron.cpuSeconds.toFixed(2)} CPU-s, ${cron.peakMiB.toFixed(0)} MiB peak (${CHECKS} checks)`,
    `ratio: ${(agent.cpuSeconds / cron.cpuSeconds).toFixed(2)}`,
  ];
}

/** The most memory that a child of the agent was seen to have, until something has happened. */
async function peakOfWrites(folder: string, hasHappened: () => boolean): Promise<number> {
  let peak = 0;
  let known: number[] = [];
  await until(async () => {
    if (known.length < 2) known = (await processesOf(folder)).map(({ pid }) => pid);
    const children = await Promise.all(known.map((pid) => readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "")));
    const writers = children.flatMap((text) => text.split(" ").filter(Boolean).map(Number)).filter((pid) => !known.includes(pid));
    peak = Math.max(peak, ...(await Promise.all(writers.map((pid) => memoryOf(pid, "VmHWM")))));
    return hasHappened();
  }, "an hour's samples", SAMPLES * 2);
  return peak;
}

async function costOf(pids: readonly number[]): Promise<{ cpuSeconds: number; residentMiB: number }> {
  const [ticks, resident] = await Promise.all([Promise.all(pids.map(ticksOf)), Promise.all(pids.map((pid) => memoryOf(pid, "VmRSS")))]);
  return { cpuSeconds: sum(ticks) / TICKS_A_SECOND, residentMiB: sum(resident) };
}

/** Own time and that of the children that were waited for, as user and as system. */
async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return sum(stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 15).map(Number));
}

async function memoryOf(pid: number, what: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

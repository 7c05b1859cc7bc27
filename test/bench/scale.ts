import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Panel, drawChart, THEMES } from "./chart.ts";
import { costOf, PRICES } from "./cost.ts";
import { type BesideCustodian, custodianInWords, measureBesideCustodian } from "./beside-custodian.ts";
import { type FleetDay, measureFleetDay } from "./fleet-days.ts";
import { fillIn } from "./scale-tables.ts";
import { fleetOf, type Swept, sweepUnlimited, sweepWithin } from "./sweep-size.ts";

const SIZES = [10, 100, 1000, 10_000] as const;
const DAYS: readonly (readonly [users: number, hours: number])[] = [
  [10, 24],
  [250, 14],
  [1000, 11],
  [3500, 11],
  [10_000, 11],
];
const PAGE = join(import.meta.dirname, "../../docs/scale.md");
const OUT = join(import.meta.dirname, "../../docs/scale");

export type SizedSweep = { readonly apps: number; readonly paced: Swept; readonly unlimited: Swept };

/** How time, calls, writes and cost grow with the fleet. */
export async function measureScale(): Promise<string[]> {
  const sweeps: SizedSweep[] = [];
  for (const apps of SIZES) sweeps.push(await measureSweeps(apps));
  const custodian = await measureBesideCustodian();
  const days: FleetDay[] = [];
  for (const [apps, hours] of DAYS) days.push(await measureFleetDay(apps, hours));
  await writeFigures({ sweeps, custodian, days });
  const costs = days.map(costOfDay);
  return [
    ...sweeps.flatMap(inWords),
    ...custodian.map(custodianInWords),
    ...days.map(dayInWords),
    ...costs.map(costInWords),
  ];
}

export type Figures = {
  readonly sweeps: readonly SizedSweep[];
  readonly custodian: readonly BesideCustodian[];
  readonly days: readonly FleetDay[];
};

/** Leaves all figures in docs/scale/ and in the tables of docs/scale.md, and their chart, light and dark. */
export async function writeFigures({ sweeps, custodian, days }: Figures): Promise<void> {
  const costs = days.map(costOfDay);
  const measured = { measuredAt: new Date().toISOString(), node: process.version };
  const figures = { ...measured, sweeps, custodian, days, prices: PRICES, costs };
  await mkdir(OUT, { recursive: true });
  await writeFile(join(OUT, "figures.json"), `${JSON.stringify(figures, undefined, 2)}\n`);
  await writeFile(PAGE, fillIn(await readFile(PAGE, "utf8"), figures));
  for (const theme of ["light", "dark"] as const)
    await writeFile(join(OUT, `growth-${theme}.svg`), drawChart(panelsOf(sweeps, days), THEMES[theme]));
}

const costOfDay = (day: FleetDay) => ({ apps: day.apps, meanApps: day.meanApps, ...costOf(day) });

async function measureSweeps(apps: number): Promise<SizedSweep> {
  const idle = Math.min(20, apps / 10);
  await using studio = await fleetOf(apps, idle);
  const paced = await sweepWithin(studio, apps, idle);
  // Notices of stops are written one a second, whatever the quotas are.
  await using withoutIdle = await fleetOf(apps, 0);
  return { apps, paced, unlimited: await sweepUnlimited(withoutIdle) };
}

function panelsOf(sweeps: readonly SizedSweep[], days: readonly FleetDay[]): Panel[] {
  const ofSweeps = { sizes: sweeps.map(({ apps }) => apps) };
  const ofDays = { sizes: days.map(({ apps }) => apps) };
  const eachDay = (name: string, of: (day: FleetDay) => number) => ({ name, values: days.map(of) });
  return [
    {
      title: "One sweep",
      unit: "seconds, by apps",
      ...ofSweeps,
      series: [
        { name: "as paced", values: sweeps.map(({ paced }) => paced.seconds) },
        { name: "quotas' bound", values: sweeps.map(({ paced }) => paced.boundSeconds), isBound: true },
        { name: "CPU time", values: sweeps.map(({ paced }) => paced.cpuSeconds) },
      ],
    },
    {
      title: "Calls",
      unit: "per running app and day, by users",
      ...ofDays,
      series: [eachDay("all callers", ({ callsAnAppDay }) => callsAnAppDay)],
    },
    {
      title: "Writes to Parameter Store",
      unit: "a second (3 are granted), by users",
      ...ofDays,
      series: [
        eachDay("agents", ({ agentWritesASecond }) => agentWritesASecond),
        eachDay("sweep", ({ sweepWritesASecond }) => sweepWritesASecond),
      ],
    },
    {
      title: "Cost",
      unit: "dollars a month, by users",
      ...ofDays,
      series: [
        eachDay("fixed", (day) => costOf(day).fixed),
        eachDay("with the fleet", (day) => costOf(day).fleet),
        eachDay("Logs Insights", (day) => costOf(day).logsInsights),
      ],
    },
  ];
}

function inWords({ apps, paced, unlimited }: SizedSweep): string[] {
  const ratio = paced.seconds / paced.boundSeconds;
  return [
    `a sweep of ${apps} apps: ${paced.seconds.toFixed(1)} s, ${ratio.toFixed(2)} times the quotas' bound of ` +
      `${paced.boundSeconds.toFixed(1)} s; ${paced.calls} calls, ${paced.throttled} throttled; ` +
      `${paced.peakHeapMb.toFixed(0)} MB heap, ${paced.cpuSeconds.toFixed(1)} CPU-s; ${paced.stops} stops`,
    `  without quotas: ${unlimited.seconds.toFixed(2)} s, ${(apps / unlimited.seconds).toFixed(0)} apps a second`,
  ];
}

function dayInWords(day: FleetDay): string {
  const seconds = ({ median, worst }: FleetDay["toStop"]) => `${median.toFixed(0)} s, worst ${worst.toFixed(0)} s`;
  return (
    `${day.hours} simulated hours of ${day.apps} users, ${day.atOnce} apps at once: ` +
    `timeout to DeleteApp ${seconds(day.toStop)} ` +
    `(${day.stops} stops); ` +
    `back at work to safe ${seconds(day.toSafe)}; writes a second: agents ${day.agentWritesASecond.toFixed(2)}, ` +
    `sweep ${day.sweepWritesASecond.toFixed(2)}; an app and day: ${day.callsAnAppDay.toFixed(0)} calls, ` +
    `${(day.logBytesAnAppDay / 1000).toFixed(1)} KB of logs`
  );
}

function costInWords({ apps, meanApps, fixed, fleet, logsInsights, endpoint }: ReturnType<typeof costOfDay>): string {
  const dollars = (sum: number) => `$${sum.toFixed(2)}`;
  return (
    `a month of ${apps} users, ${meanApps.toFixed(0)} apps on average, at the prices of ${PRICES.lookedUp}: ` +
    `${dollars(fixed)} fixed, ${dollars(fleet)} with the fleet, ` +
    `${dollars((fleet / meanApps) * 1000)} for each 1 000 apps of it; beside it Logs Insights ` +
    `${dollars(logsInsights)}, an endpoint for a closed VPC ${dollars(endpoint)}`
  );
}

import * as v from "valibot";

const Taken = v.object({ seconds: v.number(), calls: v.number() });
const Swept = v.object({
  ...Taken.entries,
  cpuSeconds: v.number(),
  peakHeapMb: v.number(),
  throttled: v.number(),
  stops: v.number(),
  boundSeconds: v.number(),
});
const Spread = v.object({ median: v.number(), worst: v.number() });
const Day = v.object({
  apps: v.number(),
  atOnce: v.number(),
  toStop: Spread,
  toSafe: Spread,
  agentWritesASecond: v.number(),
  sweepWritesASecond: v.number(),
  callsAnAppDay: v.number(),
  logBytesAnAppDay: v.number(),
});
const Parts = v.object({
  metrics: v.number(),
  dashboard: v.number(),
  alarms: v.number(),
  invocations: v.number(),
  time: v.number(),
  log: v.number(),
});
const Cost = v.object({
  apps: v.number(),
  meanApps: v.number(),
  fixed: v.number(),
  fleet: v.number(),
  parts: Parts,
  logsInsights: v.number(),
  endpoint: v.number(),
});

const several = <T extends v.GenericSchema>(one: T) => v.pipe(v.array(one), v.readonly());

/** What docs/scale.md shows of docs/scale/figures.json. */
export const Figures = v.object({
  sweeps: several(v.object({ apps: v.number(), paced: Swept, unlimited: Swept })),
  custodian: several(v.object({ apps: v.number(), quotas: v.string(), ours: Taken, theirs: Taken })),
  days: several(Day),
  costs: several(Cost),
});
export type Figures = v.InferOutput<typeof Figures>;

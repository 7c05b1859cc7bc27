import type { Figures } from "./scale-figures.ts";

/** A block of docs/scale.md that the benchmark writes. */
const BLOCK = /(<!-- figures: ([\w ]+) -->\n)[^]*?(<!-- end of figures -->)/g;

/** Puts the figures into the blocks of a page that are for them. Throws where there is no such block. */
export function fillIn(page: string, figures: Figures): string {
  return page.replaceAll(BLOCK, (_, begin: string, name: string, end: string) => {
    const table = TABLES[name];
    if (!table)
      throw new Error(`docs/scale.md has a block for "${name}", and there are ${Object.keys(TABLES).join(", ")}`);
    return `${begin}\n${table(figures)}\n\n${end}`;
  });
}

const TABLES: Readonly<Record<string, (figures: Figures) => string>> = {
  sweeps: ({ sweeps }) =>
    tableOf(
      ["apps", "takes", "quotas' bound", "ratio", "CPU time", "peak heap", "calls", "throttled", "stops"],
      sweeps.map(({ apps, paced }) => [
        whole(apps),
        `${paced.seconds.toFixed(1)} s`,
        `${paced.boundSeconds.toFixed(1)} s`,
        (paced.seconds / paced.boundSeconds).toFixed(2),
        `${paced.cpuSeconds.toFixed(1)} s`,
        `${paced.peakHeapMb.toFixed(0)} MB`,
        whole(paced.calls),
        whole(paced.throttled),
        whole(paced.stops),
      ]),
    ),
  "without quotas": ({ sweeps }) =>
    tableOf(
      ["apps", "takes", "apps a second", "CPU time"],
      sweeps.map(({ apps, unlimited }) => [
        whole(apps),
        `${unlimited.seconds.toFixed(2)} s`,
        whole(apps / unlimited.seconds),
        `${unlimited.cpuSeconds.toFixed(2)} s`,
      ]),
    ),
  custodian: ({ custodian }) =>
    tableOf(
      ["apps", "quotas", "here", "Cloud Custodian", "times as long"],
      custodian.map(({ apps, quotas, ours, theirs }) => [
        whole(apps),
        quotas,
        `${ours.seconds.toFixed(1)} s, ${whole(ours.calls)} calls`,
        `${theirs.seconds.toFixed(1)} s, ${whole(theirs.calls)} calls`,
        (theirs.seconds / ours.seconds).toFixed(1),
      ]),
    ),
  days: ({ days }) =>
    tableOf(
      [
        "users",
        "apps at once",
        "timeout to `DeleteApp`: median, worst",
        "back at work to safe: median, worst",
        "agents' writes",
        "sweep's writes",
        "calls an app and day",
        "log an app and day",
      ],
      days.map((day) => [
        whole(day.apps),
        whole(day.atOnce),
        `${day.toStop.median.toFixed(0)} s, ${day.toStop.worst.toFixed(0)} s`,
        `${day.toSafe.median.toFixed(0)} s, ${day.toSafe.worst.toFixed(0)} s`,
        `${day.agentWritesASecond.toFixed(2)}/s`,
        `${day.sweepWritesASecond.toFixed(2)}/s`,
        whole(day.callsAnAppDay),
        `${(day.logBytesAnAppDay / 1000).toFixed(0)} KB`,
      ]),
    ),
  costs: ({ costs }) =>
    tableOf(
      [
        "users",
        "apps on average",
        "fixed",
        "with the fleet",
        "of it the function's time, the log",
        "for each 1 000 apps on average",
        "Logs Insights, a look a day at a month of it",
        "an SSM endpoint for a closed VPC",
      ],
      costs.map(({ apps, meanApps, fixed, fleet, parts, logsInsights, endpoint }) => [
        whole(apps),
        whole(meanApps),
        dollars(fixed),
        dollars(fleet),
        `${dollars(parts.time)}, ${dollars(parts.log)}`,
        dollars((fleet / meanApps) * 1000),
        dollars(logsInsights),
        dollars(endpoint),
      ]),
    ),
  fixed: ({ costs: [cost] }) =>
    tableOf(
      ["a month", "buys", "without it"],
      cost === undefined
        ? []
        : [
            [dollars(cost.parts.metrics), "ten custom metrics", "no alarm of ours could ring, and no graph would draw"],
            [
              dollars(cost.parts.dashboard),
              "the dashboard",
              "why an app is kept is in the log, in `npm run why` and in metrics",
            ],
            [dollars(cost.parts.alarms), "eight alarms, which read nine metrics", "nobody is told of what fails"],
            [dollars(cost.parts.invocations), "the schedules' invocations", "nothing is stopped"],
          ],
    ),
};

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const dollars = (sum: number): string => `$${sum.toFixed(2)}`;

/** With a space between the thousands. */
const whole = (count: number): string => count.toFixed(0).replaceAll(/\B(?=(\d{3})+$)/g, " ");

import { VerdictLog } from "../../lib/sweep/verdict-log.ts";
import { simulate } from "../simulation/simulate.ts";
import { spread } from "../simulation/judge-story.ts";
import { writeStory } from "../simulation/write-story.ts";

/** What a line of the log has beside its fields: time, level, function, request and so on. */
const ENVELOPE_BYTES = 420;
/** Lambda's own lines and the metrics' document of an invocation. */
const INVOCATION_BYTES = 1300;
const HOURS_A_DAY = 24;

/** What a fleet of so many apps does, by the simulator's clock. */
export type FleetDay = {
  readonly apps: number;
  readonly hours: number;
  /** The most that were in the account at once. */
  readonly atOnce: number;
  /** How many ran on average. */
  readonly meanApps: number;
  readonly stops: number;
  readonly toStop: { readonly median: number; readonly worst: number };
  readonly toSafe: { readonly median: number; readonly worst: number };
  readonly agentWritesASecond: number;
  readonly sweepWritesASecond: number;
  readonly callsAnAppDay: number;
  readonly logBytesAnAppDay: number;
  readonly sweepSeconds: { readonly median: number; readonly worst: number };
  /** What all sweeps together took, which is what the function's time is billed by. */
  readonly sweepSecondsAMinute: number;
};

/** Plays a working day, or the first hours of it, of a fleet without faults. */
export async function measureFleetDay(apps: number, hours: number): Promise<FleetDay> {
  const story = writeStory(7, { apps, days: hours / HOURS_A_DAY, scheduleSeconds: 60, faulty: false });
  const log = new VerdictLog();
  let logBytes = 0;
  const count = (message: string, fields: unknown) => {
    logBytes += ENVELOPE_BYTES + message.length + JSON.stringify(fields).length;
  };
  const sweeps: number[] = [];
  let atOnce = 0;
  const budget = { maxStops: 50, maxShare: 0.5, breakerShare: 0.6 };
  const outcome = await simulate(
    { ...story, budget },
    {
      onReport(report, now) {
        logBytes += INVOCATION_BYTES;
        if ("skippedUntil" in report) return;
        sweeps.push(report.seconds);
        atOnce = Math.max(atOnce, report.judged.length);
        log.write(
          {
            info: count,
            error: (message, error) => {
              count(message, String(error));
            },
          },
          report,
          now,
        );
      },
    },
  );
  const appDays = outcome.appHours / HOURS_A_DAY;
  const calls = [...outcome.calls.values()].reduce((sum, one) => sum + one.calls, 0);
  return {
    apps,
    hours,
    atOnce,
    meanApps: outcome.appHours / hours,
    stops: outcome.stops,
    toStop: spread(outcome.delays),
    toSafe: spread(outcome.returns),
    agentWritesASecond: outcome.agentWrites / (hours * 3600),
    sweepWritesASecond: ((outcome.calls.get("PutParameter")?.calls ?? 0) - outcome.agentWrites) / (hours * 3600),
    callsAnAppDay: calls / appDays,
    logBytesAnAppDay: logBytes / appDays,
    sweepSeconds: spread(sweeps),
    sweepSecondsAMinute: sweeps.reduce((sum, seconds) => sum + seconds, 0) / (hours * 60),
  };
}

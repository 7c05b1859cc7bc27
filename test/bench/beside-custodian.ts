import { runCustodian } from "./custodian.ts";
import { fleetOf, sweepUnlimited, sweepWithin } from "./sweep-size.ts";

/** As many apps as Cloud Custodian lists in a minute or two, and how many times as large the quotas are. */
const FLEETS: readonly (readonly [apps: number, times: number])[] = [
  [10_000, Infinity],
  [1000, 1],
  [3000, 10],
];

type Taken = { readonly seconds: number; readonly calls: number };
export type BesideCustodian = {
  readonly apps: number;
  readonly quotas: string;
  readonly ours: Taken;
  readonly theirs: Taken;
};

/** The same fleet, listed by the sweep and by Cloud Custodian at the same endpoint. */
export async function measureBesideCustodian(): Promise<BesideCustodian[]> {
  const runs: BesideCustodian[] = [];
  for (const [apps, times] of FLEETS) {
    await using studio = await fleetOf(apps, 0);
    const { seconds, calls } = await (times < Infinity ? sweepWithin(studio, apps, 0, times) : sweepUnlimited(studio));
    // Of DescribeApp, which Custodian calls for each app, no quota is assumed.
    runs.push({ apps, quotas: quotasInWords(times), ours: { seconds, calls }, theirs: await runCustodian(studio) });
  }
  return runs;
}

function quotasInWords(times: number): string {
  if (times === Infinity) return "none";
  return times === 1 ? "AWS's" : `${times} times AWS's, and latencies likewise`;
}

export function custodianInWords({ apps, quotas, ours, theirs }: BesideCustodian): string {
  return (
    `beside Cloud Custodian, ${apps} apps, quotas: ${quotas}: ${ours.seconds.toFixed(2)} s and ${ours.calls} calls, ` +
    `Custodian ${theirs.seconds.toFixed(2)} s and ${theirs.calls} calls: ` +
    `${(theirs.seconds / ours.seconds).toFixed(1)} times as long`
  );
}

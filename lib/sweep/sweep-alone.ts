import { LONGEST_INVOCATION_SECONDS } from "../domain/lease.ts";
import { Failures } from "./failures.ts";
import type { Ports } from "./ports.ts";
import type { Report, Skipped } from "./report.ts";
import { sweep } from "./sweep.ts";

/**
 * Sweeps unless another sweep is at work. A lease that cannot be taken or given back is a failure, but keeps nobody
 * from sweeping: two sweeps at once stop nothing that one would not.
 */
export async function sweepAlone(
  ports: Ports,
  clock: () => Date,
  remainingMs: () => number,
): Promise<Report | Skipped> {
  const failures = new Failures();
  const term = Math.min(Math.ceil(remainingMs() / 1000), LONGEST_INVOCATION_SECONDS);
  const lease = await failures.collect("taking the sweep's lease", () => ports.lease.acquire(term));
  if (lease?.kind === "held") return { skippedUntil: lease.until };
  const giveBack = () => failures.collect("giving the sweep's lease back", async () => lease?.release());
  const report = await sweep(ports, clock, remainingMs).finally(giveBack);
  return { ...report, failures: [...report.failures, ...failures.all] };
}

import { Failures } from "./failures.ts";
import type { Ports } from "./ports.ts";
import type { Report, Skipped } from "./report.ts";
import { sweep } from "./sweep.ts";

/** The sweep's lease runs no longer than Lambda lets any function run. */
const LONGEST_TERM_MS = 900_000;

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
  const term = Math.ceil(Math.min(remainingMs(), LONGEST_TERM_MS) / 1000);
  const lease = await failures.collect("taking the sweep's lease", () => ports.lease.acquire(term));
  if (lease?.kind === "held") return { skippedUntil: lease.until };
  try {
    const report = await sweep(ports, clock, remainingMs);
    await failures.collect("giving the sweep's lease back", async () => lease?.release());
    return { ...report, failures: [...report.failures, ...failures.all] };
  } catch (error) {
    await failures.collect("giving the sweep's lease back", async () => lease?.release());
    throw error;
  }
}

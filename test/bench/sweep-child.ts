// Sweeps the account behind AWS_ENDPOINT_URL once, and prints what that took. Its argument is how many times as large
// the quotas are as AWS's, `Infinity` for none.
import { getHeapStatistics } from "node:v8";
import { createPorts } from "../../lib/aws/ports.ts";
import { createRateLimiter, QUOTAS, type RateLimiter } from "../../lib/aws/rate-limiter.ts";
import { readSweepConfig } from "../../lib/sweep/config.ts";
import { sweepAlone } from "../../lib/sweep/sweep-alone.ts";

const UNLIMITED: RateLimiter = { wait: () => Promise.resolve(), takeQuotaShareUsed: () => 0 };
const times = Number(process.argv[2]);
const quotas = Object.fromEntries(
  Object.entries(QUOTAS).map(([operation, perSecond]) => [operation, times * perSecond]),
);

const ports = createPorts(readSweepConfig(process.env), times < Infinity ? createRateLimiter(quotas) : UNLIMITED);
let peakHeap = 0;
const watch = setInterval(() => {
  peakHeap = Math.max(peakHeap, getHeapStatistics().used_heap_size);
}, 20);
const [cpuBefore, startedAt] = [process.cpuUsage(), performance.now()];
const report = await sweepAlone(
  ports,
  () => new Date(),
  () => Infinity,
);
const { user, system } = process.cpuUsage(cpuBefore);
clearInterval(watch);
if ("skippedUntil" in report) throw new Error("another sweep has the lease");
process.stdout.write(
  JSON.stringify({
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakHeapMb: peakHeap / 1e6,
    apps: report.judged.length,
    stops: report.judged.filter(({ outcome }) => outcome === "stopped").length,
    failures: report.failures.map(({ message }) => message),
  }),
);

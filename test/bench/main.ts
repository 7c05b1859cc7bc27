// `npm run bench`: what the README says of speed and cost, measured in one run.
import { measureAgentCost } from "./agent-cost.ts";
import { measureBundle } from "./bundle.ts";
import { measureFirstHeartbeat } from "./first-heartbeat.ts";
import { measureLatency } from "./latency.ts";

for (const measure of [measureBundle, measureFirstHeartbeat, measureLatency, measureAgentCost]) {
  for (const line of await measure()) process.stdout.write(`${line}\n`);
}

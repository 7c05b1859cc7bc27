// `npm run bench`: what the README says of speed and cost, measured in one run.
import { measureAgentCost } from "./agent-cost.ts";
import { measureBundle } from "./bundle.ts";
import { measureLatency } from "./latency.ts";

for (const measure of [measureBundle, measureLatency, measureAgentCost]) {
  for (const line of await measure()) process.stdout.write(`${line}\n`);
}

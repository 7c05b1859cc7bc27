// `npm run bench`: what the README says of speed and cost, measured in one run.
import { measureBundle } from "./bundle.ts";
import { measureLatency } from "./latency.ts";

for (const measure of [measureBundle, measureLatency]) {
  for (const line of await measure()) process.stdout.write(`${line}\n`);
}

// `npm run bench`: what the README says of speed and cost, measured in one run.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOptions, runCommand, UsageError } from "../../lib/admin/command-line.ts";
import { measureAgentCost } from "./agent-cost.ts";
import { type AgentVersion, findVersion } from "./agent-version.ts";
import { measureBundle } from "./bundle.ts";
import { measureFirstHeartbeat } from "./first-heartbeat.ts";
import { measureLatency } from "./latency.ts";
import { measureScale } from "./scale.ts";

type Measure = (beside: { readonly former: AgentVersion | undefined }) => Promise<string[]>;

const MEASURES: Readonly<Record<string, Measure>> = {
  bundle: measureBundle,
  "first-heartbeat": measureFirstHeartbeat,
  latency: measureLatency,
  "agent-cost": measureAgentCost,
  scale: measureScale,
};

const HELP = `Measures what the README says of speed and cost, in about half an hour.
Let nothing else run meanwhile.

  npm run bench -- [options]

  --former VERSION  a git revision or a folder of this project, whose agent's
                    cost is measured, too
  --only NAME       one of ${Object.keys(MEASURES).join(", ")} (all)
  --help            this text
`;

await runCommand(async () => {
  const { help, only, former } = readOptions({
    former: { type: "string" },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  });
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const measures = only === undefined ? Object.values(MEASURES) : [measureNamed(only)];
  const folder = await mkdtemp(join(tmpdir(), "studio-reaper-bench-"));
  try {
    const beside = { former: former === undefined ? undefined : await findVersion(former, folder) };
    for (const measure of measures) for (const line of await measure(beside)) process.stdout.write(`${line}\n`);
  } finally {
    await rm(folder, { recursive: true });
  }
  return 0;
});

function measureNamed(name: string): Measure {
  const measure = MEASURES[name];
  if (!measure) throw new UsageError(`--only takes ${Object.keys(MEASURES).join(", ")}, not ${JSON.stringify(name)}.`);
  return measure;
}

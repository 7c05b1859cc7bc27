import { buildAgent } from "../../lcc/build.ts";
import { agentId } from "../../lib/attach/agent.ts";
import { makeApp } from "../lcc/app.ts";
import { until } from "../lcc/stand-ins.ts";
import type { Call } from "../studio/calls.ts";
import { startStudio } from "../studio/index.ts";

/** The calls of the lifecycle script and the agent in an app, until the agent has read its instructions. */
export async function rehearseApp(): Promise<readonly Call[]> {
  await using studio = await startStudio({ instances: "none", bare: true });
  const { sha256, pieces } = await buildAgent();
  studio.seed.parameters([
    ...pieces.map(({ name, value }) => ({ name: `/studio-reaper/agent/${agentId(sha256)}/${name}`, value })),
    { name: "/studio-reaper/instructions", value: "{}" },
  ]);
  // A role of a former deploy: the agent then reads its instructions alone, as agents of former versions do.
  studio.faults.add({ operation: "GetParameters", times: 1, error: { code: "AccessDeniedException" } });
  await using app = await makeApp({ SSM_ENDPOINT_URL: studio.endpoint, AWS_REGION: studio.region });
  await app.start();
  const reads = (name: string): boolean => studio.calls.some(({ operation }) => operation === name);
  await until(() => reads("GetParameter") && reads("GetParameters"), "the instructions to be read");
  return [...studio.calls];
}

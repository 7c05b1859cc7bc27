import type { SSMClient } from "@aws-sdk/client-ssm";
import { deleteParameters, parametersBelow } from "./parameters.ts";

/** Deletes what the sweep and the agents write: the instructions and every heartbeat. */
export async function forgetAgents(client: SSMClient, prefix: string): Promise<void> {
  const names = [`${prefix}/instructions`];
  // All are listed before the first is deleted: a page's token need not survive deletions.
  for await (const { Name } of parametersBelow(client, `${prefix}/heartbeats/`)) if (Name) names.push(Name);
  await deleteParameters(client, names);
}

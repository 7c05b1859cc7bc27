import type { SSMClient } from "@aws-sdk/client-ssm";
import { deleteParameters, parametersBelow } from "./parameters.ts";

/** The folders below the prefix that agents write to or read from. */
const FOLDERS = ["heartbeats", "agent"];

/** Deletes what agents, and the sweep for them, leave in Parameter Store: instructions, heartbeats, agents' pieces. */
export async function forgetAgents(client: SSMClient, prefix: string): Promise<void> {
  const names = [`${prefix}/instructions`];
  // All are listed before any is deleted, since a page's token may not outlast deletions.
  for (const folder of FOLDERS)
    for await (const { Name } of parametersBelow(client, `${prefix}/${folder}/`)) if (Name) names.push(Name);
  await deleteParameters(client, names);
}

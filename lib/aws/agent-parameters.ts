import type { SSMClient } from "@aws-sdk/client-ssm";
import { deleteParameters, parametersBelow } from "./parameters.ts";

/** The folders below the prefix that agents and sweeps write to. */
const FOLDERS = ["heartbeats", "notices", "agent", "leases", "sightings"];

/**
 * Deletes what agents and sweeps leave in Parameter Store: instructions, heartbeats, notices, agents' pieces,
 * leases, sightings.
 */
export async function forgetAgents(client: SSMClient, prefix: string): Promise<void> {
  const names = [`${prefix}/instructions`];
  // All are listed before any is deleted, since a page's token may not outlast deletions.
  for (const folder of FOLDERS)
    for await (const { Name } of parametersBelow(client, `${prefix}/${folder}/`)) if (Name) names.push(Name);
  await deleteParameters(client, names);
}

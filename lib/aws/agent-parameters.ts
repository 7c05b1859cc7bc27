import { DeleteParametersCommand, paginateGetParametersByPath, type SSMClient } from "@aws-sdk/client-ssm";

/** What `DeleteParameters` takes in one call. */
const NAMES_A_CALL = 10;

/** Deletes what the sweep and the agents write: the instructions and every heartbeat. */
export async function forgetAgents(client: SSMClient, prefix: string): Promise<void> {
  const names = [`${prefix}/instructions`];
  // All are listed before the first is deleted: a page's token need not survive deletions.
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path: `${prefix}/heartbeats/`, Recursive: true, MaxResults: 10 })) {
    for (const { Name } of Parameters) if (Name) names.push(Name);
  }
  for (let i = 0; i < names.length; i += NAMES_A_CALL) await client.send(new DeleteParametersCommand({ Names: names.slice(i, i + NAMES_A_CALL) }));
}

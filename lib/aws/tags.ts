import { GetResourcesCommand, type ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { EXEMPT_TAG, KEEP_UNTIL_TAG } from "../domain/tags.ts";
import { taggedId, type ResourceTags } from "../domain/resource-tags.ts";

const RESOURCES_A_CALL = 100;

/**
 * Reads the tags of all resources that have one of ours, or one that rules match by: each key on its own, since several
 * would all have to fit.
 */
export async function readTags(
  client: ResourceGroupsTaggingAPIClient,
  ruleKeys: readonly string[],
): Promise<ResourceTags> {
  const tags = new Map<string, Readonly<Record<string, string>>>();
  for (const key of new Set([EXEMPT_TAG, KEEP_UNTIL_TAG, ...ruleKeys]))
    for await (const { ResourceARN = "", Tags = [] } of resourcesWith(client, key)) {
      const entries = Tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? ""] as const]));
      tags.set(taggedId(ResourceARN), Object.fromEntries(entries));
    }
  return tags;
}

async function* resourcesWith(client: ResourceGroupsTaggingAPIClient, Key: string) {
  let PaginationToken: string | undefined;
  do {
    const answer = await client.send(
      new GetResourcesCommand({
        TagFilters: [{ Key }],
        ResourceTypeFilters: ["sagemaker"],
        ResourcesPerPage: RESOURCES_A_CALL,
        PaginationToken,
      }),
    );
    yield* answer.ResourceTagMappingList ?? [];
    // The last page has an empty token.
    PaginationToken = answer.PaginationToken === "" ? undefined : answer.PaginationToken;
  } while (PaginationToken !== undefined);
}

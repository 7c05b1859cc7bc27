import * as v from "valibot";
import type { State } from "../sagemaker/state.ts";
import { type Service, operation } from "../wire/operation.ts";
import { listing, pageOf } from "../wire/pages.ts";

const GetResources = v.object({
  PaginationToken: v.optional(v.string(), ""),
  TagFilters: v.optional(
    v.array(v.object({ Key: v.optional(v.string()), Values: v.optional(v.array(v.string()), []) })),
    [],
  ),
  ResourceTypeFilters: v.optional(v.array(v.string()), []),
  ResourcesPerPage: v.optional(v.number(), 50),
});
type TagFilter = v.InferOutput<typeof GetResources>["TagFilters"][number];
type Tagged = readonly [arn: string, tags: ReadonlyMap<string, string>];

/** The Resource Groups Tagging API: what is tagged in this account's Studio. */
export function resourceGroupsTagging({ tags }: State): Service {
  return {
    name: "resourcegroupstaggingapi",
    targetPrefix: "ResourceGroupsTaggingAPI_20170126",
    modelVersion: "2017-01-26",
    operations: {
      GetResources: operation(GetResources, (input) => {
        const wanted = [...tags].filter(
          (one) =>
            one[1].size > 0 &&
            isOfType(one, input.ResourceTypeFilters) &&
            input.TagFilters.every((filter) => fits(one, filter)),
        );
        const request = {
          MaxResults: input.ResourcesPerPage,
          NextToken: input.PaginationToken === "" ? undefined : input.PaginationToken,
        };
        const page = pageOf(
          listing(wanted, ([arn]) => arn),
          request,
          "PaginationTokenExpiredException",
        );
        return {
          PaginationToken: page.nextToken ?? "",
          ResourceTagMappingList: page.items.map(([ResourceARN, found]) => ({
            ResourceARN,
            Tags: Array.from(found, ([Key, Value]) => ({ Key, Value })),
          })),
        };
      }),
    },
  };
}

/** A filter is `service` or `service:type`. */
function isOfType([arn]: Tagged, filters: readonly string[]): boolean {
  const [, , service = "", , , resource = ""] = arn.split(":");
  const type = `${service}:${resource.split("/")[0] ?? ""}`;
  return filters.length === 0 || filters.some((filter) => filter === service || filter === type);
}

/** All filters have to fit; of a filter's values any, and without values the key alone counts. */
function fits([, tags]: Tagged, { Key = "", Values }: TagFilter): boolean {
  const value = tags.get(Key);
  return value !== undefined && (Values.length === 0 || Values.includes(value));
}

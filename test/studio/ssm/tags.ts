import * as v from "valibot";
import { AwsError } from "../wire/errors.ts";
import { type Operation, operation } from "../wire/operation.ts";
import { Tags } from "./put.ts";
import type { Store } from "./store.ts";

const Of = { ResourceType: v.string(), ResourceId: v.string() };

/** Tags of parameters, the one kind of resource that is embedded. */
export function tagOperations(store: Store): Record<string, Operation> {
  const tagsOf = ({ ResourceType, ResourceId }: { ResourceType: string; ResourceId: string }): Map<string, string> => {
    if (ResourceType !== "Parameter") throw new AwsError("InvalidResourceType", "The resource type is not valid.");
    const parameter = store.get(ResourceId);
    if (parameter === undefined) throw new AwsError("InvalidResourceId", "The resource ID is not valid.");
    return parameter.tags;
  };
  return {
    AddTagsToResource: operation(v.object({ ...Of, Tags }), ({ Tags: added, ...resource }) => {
      const tags = tagsOf(resource);
      for (const { Key, Value } of added) tags.set(Key, Value);
      return {};
    }),
    RemoveTagsFromResource: operation(v.object({ ...Of, TagKeys: v.array(v.string()) }), ({ TagKeys, ...resource }) => {
      const tags = tagsOf(resource);
      for (const key of TagKeys) tags.delete(key);
      return {};
    }),
    ListTagsForResource: operation(v.object(Of), (resource) => ({
      TagList: Array.from(tagsOf(resource), ([Key, Value]) => ({ Key, Value })),
    })),
  };
}

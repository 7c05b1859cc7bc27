import * as v from "valibot";
import { resourceNotFound } from "../wire/errors.ts";
import { type Json, type Operation, operation } from "../wire/operation.ts";
import { listing, pageOf } from "../wire/pages.ts";
import type { State } from "./state.ts";

/** Tags as the API has them. */
export const Tags = v.array(v.object({ Key: v.string(), Value: v.string() }));
type Tags = v.InferOutput<typeof Tags>;

const OfResource = v.object({ ResourceArn: v.string() });
const List = v.object({
  ResourceArn: v.string(),
  MaxResults: v.optional(v.number(), 50),
  NextToken: v.exactOptional(v.string()),
});

/** ListTags, AddTags and DeleteTags, for every resource that the state holds. */
export function tagOperations({ tags: allTags }: State): Record<string, Operation> {
  const tagsOf = (arn: string): Map<string, string> => {
    const tags = allTags.get(arn);
    if (tags === undefined) throw resourceNotFound(`The resource ${arn} does not exist.`);
    return tags;
  };
  return {
    ListTags: operation(List, (input) => {
      const page = pageOf(
        listing(tagsOf(input.ResourceArn), ([key]) => key),
        input,
        "ValidationException",
      );
      return { Tags: asTags(page.items), NextToken: page.nextToken };
    }),
    AddTags: operation(v.object({ ...OfResource.entries, Tags }), (input): Json => {
      const tags = tagsOf(input.ResourceArn);
      for (const { Key, Value } of input.Tags) tags.set(Key, Value);
      return { Tags: asTags(tags) };
    }),
    DeleteTags: operation(v.object({ ...OfResource.entries, TagKeys: v.array(v.string()) }), (input) => {
      const tags = tagsOf(input.ResourceArn);
      for (const key of input.TagKeys) tags.delete(key);
      return {};
    }),
  };
}

/** Registers a new resource with its tags, and none that a former one under the same ARN had. */
export function tagNew(state: State, arn: string, tags: Tags = []): void {
  state.tags.set(arn, new Map(tags.map(({ Key, Value }) => [Key, Value])));
}

const asTags = (tags: Iterable<[string, string]>): Tags => Array.from(tags, ([Key, Value]) => ({ Key, Value }));

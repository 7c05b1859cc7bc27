import * as v from "valibot";
import type { Parameter } from "./store.ts";

const Filter = v.object({
  Key: v.string(),
  Option: v.optional(v.string()),
  Values: v.optional(v.array(v.string()), []),
});
export type Filter = v.InferOutput<typeof Filter>;
export const Filters = v.optional(v.array(Filter), []);

/** Whether a parameter passes every filter. */
export function matches(parameter: Parameter, filters: readonly Filter[]): boolean {
  return filters.every((filter) => passes(parameter, filter));
}

function passes(parameter: Parameter, { Key, Option, Values }: Filter): boolean {
  const actual = valueOf(parameter, Key);
  if (actual === undefined) return false;
  // A tag without values asks only whether it is there.
  if (Values.length === 0) return true;
  if (Key === "Path") return Values.some((path) => isUnder(actual, path, Option === "Recursive"));
  return Values.some((value) =>
    Option === "BeginsWith"
      ? actual.startsWith(value)
      : Option === "Contains"
        ? actual.includes(value)
        : actual === value,
  );
}

function valueOf({ name, versions, tags }: Parameter, key: string): string | undefined {
  const newest = versions.at(-1);
  if (key.startsWith("tag:")) return tags.get(key.slice("tag:".length));
  if (key === "Type") return newest?.type;
  if (key === "Tier") return newest?.tier;
  return key === "DataType" ? newest?.dataType : name;
}

function isUnder(name: string, path: string, isRecursive: boolean): boolean {
  const prefix = `${path.replace(/\/+$/, "")}/`;
  return name.startsWith(prefix) && (isRecursive || !name.slice(prefix.length).includes("/"));
}

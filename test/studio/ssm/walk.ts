import * as v from "valibot";
import type { AwsAccount } from "../aws-account.ts";
import { AwsError, validationError } from "../wire/errors.ts";
import { type Operation, operation } from "../wire/operation.ts";
import { type Listing, type Page, type PageRequest, beginningWith, pageOf } from "../wire/pages.ts";
import { metadata, valued } from "./answers.ts";
import { type Filter, Filters, matches } from "./filters.ts";
import { type Parameter, type Store, versionAsOf } from "./store.ts";

const Paging = { MaxResults: v.optional(v.number(), 10), NextToken: v.exactOptional(v.string()) };
const ByPath = v.object({
  ...Paging,
  Path: v.string(),
  Recursive: v.optional(v.boolean(), false),
  ParameterFilters: Filters,
});
const Describe = v.object({ ...Paging, ParameterFilters: Filters });

/** The reads of many: GetParametersByPath and DescribeParameters. */
export function walkOperations(account: AwsAccount, store: Store, readsAt: () => number): Record<string, Operation> {
  return {
    GetParametersByPath: operation(ByPath, ({ Path, Recursive, ParameterFilters, ...paging }) => {
      if (!Path.startsWith("/")) throw validationError("The parameter path must begin with a forward slash (/).");
      const folder = `${Path.replace(/\/+$/, "")}/`;
      const isIn = (name: string): boolean => Recursive || !name.slice(folder.length).includes("/");
      const below = beginningWith(store.all(), folder);
      const isWanted = (parameter: Parameter) => isIn(parameter.name) && matches(parameter, ParameterFilters);
      const page = pick(below, paging, Recursive && ParameterFilters.length === 0 ? undefined : isWanted);
      const at = readsAt();
      const parameters = page.items.flatMap((parameter) => {
        const version = versionAsOf(parameter, at);
        return version === undefined ? [] : [valued(account, parameter, version)];
      });
      return { Parameters: parameters, NextToken: page.nextToken };
    }),
    DescribeParameters: operation(Describe, ({ ParameterFilters, ...paging }) => {
      requireKnown(ParameterFilters);
      const page = pick(store.all(), paging, (parameter) => matches(parameter, ParameterFilters));
      return {
        Parameters: page.items.flatMap((parameter) =>
          parameter.versions.slice(-1).map((version) => metadata(account, parameter, version)),
        ),
        NextToken: page.nextToken,
      };
    }),
  };
}

// SSM finds out that nothing follows only when asked: a full page always carries a token, and the last may be empty.
function pick(
  { entries, isDescending }: Listing<Parameter>,
  paging: PageRequest,
  isWanted: ((parameter: Parameter) => boolean) | undefined,
): Page<Parameter> {
  const wanted = isWanted === undefined ? entries : entries.filter(([, parameter]) => isWanted(parameter));
  return pageOf({ entries: wanted, isDescending }, { ...paging, isEager: true }, "InvalidNextToken");
}

function requireKnown(filters: readonly Filter[]): void {
  const unknown = filters.find(
    ({ Key }) => !["Name", "Type", "Path", "Tier", "DataType"].includes(Key) && !Key.startsWith("tag:"),
  );
  if (unknown) throw new AwsError("InvalidFilterKey", `The filter key ${unknown.Key} is not embedded.`);
}

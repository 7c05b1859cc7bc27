import * as v from "valibot";
import { type Page, firstOf, pageOf } from "../wire/pages.ts";

/** The members that every listing operation of SageMaker takes. */
export const Paging = {
  MaxResults: v.optional(v.number(), 10),
  NextToken: v.exactOptional(v.string()),
  SortOrder: v.optional(v.picklist(["Ascending", "Descending"]), "Ascending"),
};

type PagingInput = { MaxResults: number; NextToken?: string; SortOrder: "Ascending" | "Descending" };
type Created = { createdAt: number };

/** One page of resources in the order of their creation. */
export function byCreation<T extends Created>(
  items: readonly T[],
  nameOf: (item: T) => string,
  input: PagingInput,
): Page<T> {
  const keyOf = (item: T): string => `${String(item.createdAt).padStart(15, "0")}/${nameOf(item)}`;
  const request = { ...input, isDescending: input.SortOrder === "Descending" };
  // A big account is listed page by page, and to sort all of it for each would take longer than everything else.
  return pageOf(firstOf(items, keyOf, request, "ValidationException"), input, "ValidationException");
}

import * as v from "valibot";
import { type Listing, type Page, listing, pageOf } from "../wire/pages.ts";

/** The members that every listing operation of SageMaker takes. */
export const Paging = {
  MaxResults: v.optional(v.number(), 10),
  NextToken: v.exactOptional(v.string()),
  SortOrder: v.optional(v.picklist(["Ascending", "Descending"]), "Ascending"),
};

type PagingInput = { MaxResults: number; NextToken?: string; SortOrder: "Ascending" | "Descending" };
type Created = { createdAt: number };

/** Resources in the order of their creation, remembered from one page to the next: to sort a big account takes long. */
export class CreationOrder<T extends Created> {
  readonly #nameOf: (item: T) => string;
  #items: readonly T[] = [];
  #ascending: Listing<T> = { entries: [], isDescending: false };

  constructor(nameOf: (item: T) => string) {
    this.#nameOf = nameOf;
  }

  /** One page of these. */
  pageOf(items: readonly T[], input: PagingInput): Page<T> {
    const isKnown = items.length === this.#items.length && items.every((item, i) => item === this.#items[i]);
    if (!isKnown) {
      this.#items = items;
      this.#ascending = listing(items, (item) => `${String(item.createdAt).padStart(15, "0")}/${this.#nameOf(item)}`);
    }
    const { entries } = this.#ascending;
    const ordered =
      input.SortOrder === "Descending" ? { entries: entries.toReversed(), isDescending: true } : this.#ascending;
    return pageOf(ordered, input, "ValidationException");
  }
}

/** Half of the quotas give 100 listed apps and 200 parameters a second. */
const APPS_A_PARAMETER = 100 / 200;

/** A fleet that has grown since the last sweep takes longer to read. */
const MARGIN = 1.1;

/**
 * Begins what is read beside a listing so late that both end together: the longer a fleet's listing takes, the older
 * are heartbeats that were read at its start. It goes by the last sweep of this process, and begins at once in the
 * first.
 */
export class LateReading {
  #beginsAfter = 0;

  /** All items of a listing, and what was read beside it, which has so many parameters. */
  async beside<Item, T>(
    listing: AsyncIterable<readonly Item[]>,
    read: () => Promise<T>,
    parametersIn: (found: T) => number,
  ): Promise<readonly [readonly Item[], T]> {
    const due = Promise.withResolvers<undefined>();
    const [items, found] = await Promise.all([
      collect(listing, this.#beginsAfter, () => {
        due.resolve(undefined);
      }),
      due.promise.then(read),
    ]);
    this.#beginsAfter = items.length - parametersIn(found) * APPS_A_PARAMETER * MARGIN;
    return [items, found];
  }
}

/** Collects the items of all pages; calls back once there are so many of them, at the latest at the end. */
async function collect<Item>(
  listing: AsyncIterable<readonly Item[]>,
  enough: number,
  onEnough: () => void,
): Promise<readonly Item[]> {
  if (enough <= 0) onEnough();
  const items: Item[] = [];
  for await (const page of listing) {
    items.push(...page);
    if (items.length >= enough) onEnough();
  }
  onEnough();
  return items;
}

import { EMPTY_PAGE, readPages, toPages, type Pages } from "./sighting-pages.ts";
import { mergeSightings, type Sightings } from "./sightings.ts";

/** What earlier sweeps saw, also those of other processes. */
export type SightingsMemory = {
  /** Rejects where it cannot be read whole. */
  readonly recall: () => Promise<Sightings>;
  /** Writes what has changed since it was recalled. */
  readonly save: (sightings: Sightings) => Promise<void>;
};

/** Where the pages are kept. */
export type SightingPages = {
  readonly read: () => Promise<Pages>;
  readonly write: (number: number, text: string) => Promise<void>;
};

/** Keeps sightings in pages. What could not be saved is recalled by the next sweep of this process. */
export function rememberSightings(store: SightingPages): SightingsMemory {
  let stored: Map<number, string> | undefined;
  let unsaved: Sightings = new Map();
  return {
    async recall() {
      stored = undefined;
      const pages = await store.read();
      const recalled = mergeSightings(readPages(pages), unsaved);
      stored = new Map(pages);
      return recalled;
    },
    async save(sightings) {
      if (stored === undefined) {
        // What is not known must not be written over.
        unsaved = mergeSightings(unsaved, sightings);
        return;
      }
      unsaved = sightings;
      // The last page comes first: where their number grows, the former pages hold everything until the others do.
      for (const [number, text] of [...toPages(sightings, 1 + Math.max(-1, ...stored.keys()))].reverse()) {
        if ((stored.get(number) ?? EMPTY_PAGE) === text) continue;
        await store.write(number, text);
        stored.set(number, text);
      }
      unsaved = new Map();
    },
  };
}

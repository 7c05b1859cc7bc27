import * as v from "valibot";
import { BREAKER_CAUSES } from "./events.ts";

/** Of the 4096 characters of a standard parameter they take 3200. */
export const MAX_KEPT_ALIVE = 400;

const Document = v.object({
  v: v.literal(1),
  breaker: v.optional(v.picklist(BREAKER_CAUSES)),
  keptAlive: v.pipe(v.string(), v.regex(/^([\w-]{8})*$/)),
});

/** What a sweep knew of the fleet as a whole, so that the next one can tell what is new. */
export type FleetState = {
  /** Why the breaker was open; `undefined` where it was not. */
  readonly breaker: v.InferOutput<typeof Document>["breaker"];
  /** The apps that were kept alive, by `sightingId`: {@link MAX_KEPT_ALIVE} at most. */
  readonly keptAlive: ReadonlySet<string>;
};

/** What the last sweep knew, also one of another process. */
export type FleetMemory = {
  /** Rejects where it cannot be read; what cannot be parsed is nothing. */
  readonly recall: () => Promise<FleetState>;
  /** Writes it where it differs from what was recalled. */
  readonly save: (state: FleetState) => Promise<void>;
};

export const NOTHING_KNOWN: FleetState = { breaker: undefined, keptAlive: new Set() };

/** Keeps it in one text. */
export function rememberFleet(store: {
  readonly read: () => Promise<string | undefined>;
  readonly write: (text: string) => Promise<void>;
}): FleetMemory {
  let stored: string | undefined;
  return {
    async recall() {
      stored = await store.read();
      return stored === undefined ? NOTHING_KNOWN : readFleetState(stored);
    },
    async save(state) {
      const text = fleetText(state);
      if (text === (stored ?? fleetText(NOTHING_KNOWN))) return;
      await store.write(text);
      stored = text;
    },
  };
}

function readFleetState(text: string): FleetState {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Document), text);
  if (!parsed.success) return NOTHING_KNOWN;
  const { breaker, keptAlive } = parsed.output;
  return { breaker, keptAlive: new Set(keptAlive.match(/.{8}/g)) };
}

function fleetText({ breaker, keptAlive }: FleetState): string {
  const ids = [...keptAlive].sort().slice(0, MAX_KEPT_ALIVE).join("");
  return JSON.stringify({ v: 1, breaker, keptAlive: ids });
}

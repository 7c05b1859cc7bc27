import * as v from "valibot";
import { BREAKER_CAUSES } from "../policy/trip.ts";
import type { SourceSnapshot } from "./source-snapshots.ts";

/** Of the 4096 characters of a standard parameter they take 2400. */
export const MAX_KEPT_ALIVE = 300;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const EpochSeconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e11));
/** When it was taken, and by type and source how many apps there were, and how many reported. */
const Snapshot = v.strictTuple([EpochSeconds, v.record(v.string(), v.strictTuple([Count, Count]))]);

const Document = v.object({
  v: v.literal(1),
  breaker: v.optional(v.picklist(BREAKER_CAUSES)),
  sources: v.optional(v.pipe(v.array(Snapshot), v.maxLength(2)), []),
  keptAlive: v.pipe(v.string(), v.regex(/^([\w-]{8})*$/)),
});

/** What a sweep knew of the fleet as a whole, so that the next one can tell what is new. */
export type FleetState = {
  /** Why the breaker was open; `undefined` where it was not. */
  readonly breaker: v.InferOutput<typeof Document>["breaker"];
  /** The apps that were kept alive, by `sightingId`: {@link MAX_KEPT_ALIVE} at most. */
  readonly keptAlive: ReadonlySet<string>;
  /** What the fleet reported: two snapshots at most, the oldest first. */
  readonly sources: readonly SourceSnapshot[];
};

/** What the last sweep knew, also one of another process. */
export type FleetMemory = {
  /** Rejects where it cannot be read; what cannot be parsed is nothing. */
  readonly recall: () => Promise<FleetState>;
  /** Writes it where it differs from what was recalled. */
  readonly save: (state: FleetState) => Promise<void>;
};

export const NOTHING_KNOWN: FleetState = { breaker: undefined, keptAlive: new Set(), sources: [] };

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
  const { breaker, keptAlive, sources } = parsed.output;
  return {
    breaker,
    keptAlive: new Set(keptAlive.match(/.{8}/g)),
    sources: sources.map(([taken, counts]) => ({
      takenAt: new Date(taken * 1000),
      counts: new Map(Object.entries(counts).map(([key, [apps, reporting]]) => [key, { apps, reporting }])),
    })),
  };
}

function fleetText({ breaker, keptAlive, sources }: FleetState): string {
  const ids = [...keptAlive].sort().slice(0, MAX_KEPT_ALIVE).join("");
  const snapshots = sources.map(({ takenAt, counts }) => [
    Math.floor(takenAt.getTime() / 1000),
    Object.fromEntries([...counts].map(([key, { apps, reporting }]) => [key, [apps, reporting]])),
  ]);
  return JSON.stringify({ v: 1, breaker, sources: snapshots, keptAlive: ids });
}

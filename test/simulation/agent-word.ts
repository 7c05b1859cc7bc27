import { type TakenWish, wordOf } from "./agent-wishes.ts";
import type { Person } from "./person.ts";
import { TOLD_SOURCES } from "./story.ts";
import type { Sample } from "./write-schedule.ts";

/** The lease of a forged heartbeat. */
export const LIE_LASTS_SECONDS = 3600;

/** Who says a heartbeat: what it is made of beside its sample. */
export type Speaker = {
  readonly person: Person;
  readonly firstStart: number;
  readonly sampleSeconds: number;
  readonly leaseSeconds: number;
  readonly wish: TakenWish | undefined;
};

/** The heartbeat of a sample. */
export function composeWord(
  { boot, idle, still, notice }: Sample,
  { person, firstStart, sampleSeconds, leaseSeconds, wish }: Speaker,
): string {
  const busy = TOLD_SOURCES.flatMap((name, source) => {
    const { busy: isBusy } = person.shown(source, boot);
    if (!isBusy || idle[source] === null) return [];
    const since = still[source] ? { still: still[source] } : {};
    return [[name, { what: "train.py", for: 1, ...since }] as const];
  });
  return JSON.stringify({
    v: 1,
    agent: "simulated",
    up: Math.floor(boot - firstStart),
    sampleEvery: sampleSeconds,
    renewIn: leaseSeconds,
    idle: Object.fromEntries(TOLD_SOURCES.map((name, source) => [name, idle[source]])),
    busy: Object.fromEntries(busy),
    connections: 0,
    ...(wish && { keepAlive: wordOf(wish, boot, leaseSeconds) }),
    ...(notice && { notice: { id: notice.id, for: Math.floor(boot - notice.readAt) } }),
  });
}

/** What a forged heartbeat may be: idle as long as can be believed, or nonsense of some kind. */
export function lie(up: number, by: number): string {
  const [idle, lease] = [Math.floor(up), LIE_LASTS_SECONDS];
  const forged = { v: 1, up: idle, sampleEvery: 60, renewIn: lease, idle: { kernels: idle }, busy: {} };
  const lies = [forged, { ...forged, up: 1e8 }, { v: 7 }, { ...forged, idle: { kernels: -1 } }, "x".repeat(3000)];
  return JSON.stringify(lies[Math.floor(by) % lies.length]);
}

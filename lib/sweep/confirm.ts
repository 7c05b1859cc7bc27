import { assessHeartbeat } from "../policy/assess-heartbeat.ts";
import { decide } from "../policy/decide.ts";
import { idleBySource, type Candidate } from "./candidate.ts";
import { mayBeSameIncarnation } from "./incarnations.ts";
import type { Ports } from "./ports.ts";
import { ofThisIncarnation } from "./sightings.ts";

/**
 * Reads one app, what its user was told and its heartbeat again, right before it would be stopped, and judges it anew:
 * its user may have returned since the listing. `undefined` where this incarnation of the app is gone.
 */
export async function confirm(
  { studio, heartbeats, notices }: Ports,
  { app, policy, sighting, notice: known, tags }: Pick<Candidate, "app" | "policy" | "sighting" | "notice" | "tags">,
  clock: () => Date,
): Promise<Pick<Candidate, "idle" | "verdict"> | undefined> {
  const current = await studio.current(app);
  if (!current || !mayBeSameIncarnation(current, app)) return undefined;
  const notice = policy.warnBefore && known?.kind !== "assumed" ? await notices.of(app.key) : known;
  // The heartbeat is read last, so that it is as new as it can be at the stop.
  const reading = ofThisIncarnation(await heartbeats.of(app.key), sighting);
  const now = clock();
  const heartbeat = assessHeartbeat(current, reading, now);
  const verdict = decide({ app: current, heartbeat, runningSince: sighting?.upAt, notice, tags, policy, now });
  return { idle: idleBySource(heartbeat), verdict };
}

import { assessHeartbeat } from "../policy/assess-heartbeat.ts";
import { decide } from "../policy/decide.ts";
import { idleBySource, type Candidate } from "./candidate.ts";
import { mayBeSameIncarnation } from "./incarnations.ts";
import type { Ports } from "./ports.ts";
import { ofThisIncarnation } from "./sightings.ts";

/**
 * Reads one app, what its user was told and its heartbeat again, right before it would be stopped, and judges it anew,
 * by the policy of that instant: its user may have returned since the listing, or the working hours begun. `undefined`
 * where this incarnation of the app is gone.
 */
export async function confirm(
  { studio, heartbeats, notices }: Ports,
  candidate: Candidate,
  clock: () => Date,
): Promise<Candidate | undefined> {
  const { app, sighting, tags } = candidate;
  const current = await studio.current(app);
  if (!current || !mayBeSameIncarnation(current, app)) return undefined;
  const asksAgain = candidate.policy.warnBefore && candidate.notice.kind !== "assumed";
  const notice = asksAgain ? await notices.of(app.key) : candidate.notice;
  // The heartbeat is read last, so that it is as new as it can be at the stop.
  const reading = ofThisIncarnation(await heartbeats.of(app.key), sighting);
  const now = clock();
  const policy = candidate.policyAt(now);
  const heartbeat = assessHeartbeat(current, reading, now);
  const verdict = decide({ app: current, heartbeat, runningSince: sighting?.upAt, notice, tags, policy, now });
  return { ...candidate, idle: idleBySource(heartbeat), notice, policy, verdict };
}

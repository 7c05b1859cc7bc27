import { KEEP_UNTIL_TAG } from "../domain/tags.ts";
import type { Facts } from "./facts.ts";
import { idleTime } from "./idle-time.ts";
import { startedAt } from "./started-at.ts";
import { secondsAfter } from "./time.ts";
import { parseUntil, UNTIL_EXPECTED } from "./until.ts";

/** Until when somebody wants an app kept, as far as the policy allows, and who, in words. */
export type KeepAlive = { readonly until: Date; readonly by: string };

/** The keep-alive that lasts longest, over or not; `undefined` where nobody asks for one, or the policy allows none. */
export function keepAliveOf(facts: Facts): KeepAlive | undefined {
  if (facts.policy.keepAliveAtMost === 0) return undefined;
  const asked = [wishOf(facts), tagOf(facts)].filter((one) => one !== undefined);
  return asked.toSorted((a, b) => b.until.getTime() - a.until.getTime())[0];
}

/** Its user's wish, which counts from when it was made. It outlives a heartbeat that is not renewed. */
function wishOf({ heartbeat: assessed, policy }: Facts): KeepAlive | undefined {
  if (assessed.kind !== "believed" && assessed.kind !== "stale") return undefined;
  const { receivedAt, heartbeat } = assessed;
  const wish = heartbeat.keepAlive;
  if (wish === undefined) return undefined;
  const seconds = Math.min(wish.for, policy.keepAliveAtMost - wish.since);
  const by = wish.while === undefined ? "its user" : `its user, while this runs: ${wish.while}`;
  return { until: secondsAfter(receivedAt, seconds), by };
}

/** A tag does not say when it was set, so what the policy allows counts from the app's last activity. */
function tagOf(facts: Facts): KeepAlive | undefined {
  const { tags, policy } = facts;
  const text = tags === "unreadable" ? undefined : tags?.[KEEP_UNTIL_TAG];
  if (text === undefined) return undefined;
  const most = secondsAfter(lastActiveAt(facts), policy.keepAliveAtMost);
  const asked = parseUntil(text.trim());
  if (asked === undefined) return { until: most, by: `the tag ${KEEP_UNTIL_TAG}, which is not ${UNTIL_EXPECTED}` };
  return { until: asked < most ? asked : most, by: `the tag ${KEEP_UNTIL_TAG}` };
}

/** What is not known counts as activity. */
function lastActiveAt(facts: Facts): Date {
  const { heartbeat: assessed } = facts;
  if (assessed.kind === "none") return startedAt(facts);
  if (assessed.kind !== "believed" && assessed.kind !== "stale") return facts.now;
  const idle = idleTime(facts);
  return idle?.lastActiveAt ?? assessed.receivedAt;
}

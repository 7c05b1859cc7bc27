import type { Stop } from "../policy/verdict.ts";
import { judge, type Grounds } from "./candidate.ts";
import type { Told } from "./compose-notice.ts";

/** An app that a sweep stopped, and why it did. */
export type FinishedStop = Told & { readonly verdict: Stop };

/**
 * The stops of a former sweep that was cut off before it told these apps' users. Such a sweep leaves the warning and
 * the heartbeat by which the app was to be stopped: unless its user deleted the app at that very time, the sweep did.
 */
export function unfinishedStops(grounds: Grounds): readonly FinishedStop[] {
  const { down, notices } = grounds.observed;
  return down.flatMap(({ app, reading }) => {
    const told = notices.get(app.key);
    if (app.status === "Failed" || told?.kind !== "notice" || told.notice.kind !== "warned") return [];
    const { policy, verdict } = judge(grounds, { ...app, status: "InService" }, reading);
    return policy.mode === "live" && verdict.verdict === "stop" ? [{ app, policy, verdict }] : [];
  });
}

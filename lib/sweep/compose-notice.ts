import { createHash } from "node:crypto";
import type { App } from "../domain/app.ts";
import type { Notice } from "../domain/notice.ts";
import { countedSources } from "../policy/counted-sources.ts";
import type { AppPolicy } from "../policy/document.ts";
import type { DueWarning, Stop } from "../policy/verdict.ts";

/** Whose user is told, and what holds for the app. */
export type Told = { readonly app: App; readonly policy: AppPolicy };

/** What most people ask for: the time of a lunch, and of a working day. */
const KEEP_FOR_SECONDS = [3600, 28_800];

/** The notice that warns an app's user of its stop. */
export function warningNotice({ app, policy }: Told, due: DueWarning, now: Date): Notice {
  const { why, warnSeconds, warnedAfter, endsByActivity } = due;
  return {
    v: 1,
    id: noticeId("warned", app, warnedAfter),
    kind: "warned",
    why,
    writtenAt: epochSeconds(now),
    stopAt: epochSeconds(now) + warnSeconds,
    keepFor: keepForWithin(policy.keepAliveAtMost),
    keepAtMost: policy.keepAliveAtMost,
    ways: policy.notifyIn,
    sources: endsByActivity ? [...countedSources(policy)] : [],
  };
}

/** The notice that tells an app's user, at its next start, that it was stopped. */
export function stopNotice({ app, policy }: Told, { why, eligibleAt }: Stop, stoppedAt: Date, now: Date): Notice {
  return {
    v: 1,
    id: noticeId("stopped", app, eligibleAt),
    kind: "stopped",
    why,
    writtenAt: epochSeconds(now),
    stopAt: epochSeconds(stoppedAt),
    ways: policy.notifyIn,
  };
}

/** What an app's user is offered, in seconds: never more than the policy allows. */
function keepForWithin(most: number): number[] {
  const offers = KEEP_FOR_SECONDS.filter((seconds) => seconds <= most);
  return offers.length > 0 || most === 0 ? offers : [most];
}

/** The same for all that say the same of one app, so that it does not matter which of two sweeps wrote last. */
function noticeId(kind: Notice["kind"], { key, createdAt }: App, since: Date): string {
  const of = [kind, key, createdAt.toISOString(), since.toISOString()].join(" ");
  return createHash("sha256").update(of).digest("hex").slice(0, 12);
}

function epochSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

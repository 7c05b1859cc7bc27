import type { App } from "../domain/app.ts";
import type { Notice } from "../domain/notice.ts";
import type { AppPolicy } from "../policy/document.ts";
import { duration, utcMinute } from "../policy/time.ts";
import type { Keep, Stop, Verdict } from "../policy/verdict.ts";
import type { Trip } from "../policy/trip.ts";
import type { SweepEvent } from "./events.ts";

/** The app that an event is about; `user` is the profile whose it is, where that is known. */
export type Subject = { readonly app: App; readonly policy: AppPolicy; readonly user: string | undefined };

/** Says what the notice that was written says. */
export function warnedEvent(
  subject: Subject,
  { verdict, endsByActivity }: { readonly verdict: Keep; readonly endsByActivity: boolean },
  { why, stopAt, keepAtMost = 0 }: Notice,
): SweepEvent {
  const at = new Date(stopAt * 1000);
  const coming = `${nameOf(subject)} will be stopped at ${utcMinute(at)}: ${plain(why)}.`;
  return {
    type: "warned",
    detail: {
      ...about(subject, verdict),
      reason: endsByActivity ? "idle" : "max-age",
      why: plain(why),
      stopAt: instant(at),
      keepAtMost,
      text: [coming, ...waysOut(endsByActivity, keepAtMost)].join(" "),
    },
  };
}

function waysOut(endsByActivity: boolean, keepAtMost: number): readonly string[] {
  const work = endsByActivity ? ["Whoever goes on working in it prevents that."] : [];
  const wish = keepAtMost > 0 ? [`Its user can keep it from within, for ${duration(keepAtMost)} at most.`] : [];
  return [...work, ...wish];
}

export function stoppedEvent(subject: Subject, verdict: Stop, stoppedAt: Date): SweepEvent {
  const why = plain(verdict.why);
  return {
    type: "stopped",
    detail: {
      ...about(subject, verdict),
      reason: verdict.reason,
      why,
      stoppedAt: instant(stoppedAt),
      text: `${nameOf(subject)} was stopped at ${utcMinute(stoppedAt)}: ${why}.`,
    },
  };
}

export function keptAliveEvent(subject: Subject, verdict: Keep, keptUntil: Date): SweepEvent {
  const why = plain(verdict.detail);
  return {
    type: "kept-alive",
    detail: { ...about(subject, verdict), why, keptUntil: instant(keptUntil), text: `${nameOf(subject)} is ${why}.` },
  };
}

export function breakerEvent(trip: Trip): SweepEvent {
  return { type: "breaker", detail: { ...trip, text: `Studio Reaper stops nothing for now: ${sayTrip(trip)}` } };
}

function sayTrip({ cause, apps, affected, source }: Trip): string {
  switch (cause) {
    case "fleet-idle":
      return (
        `${affected} of ${apps} running apps look idle at once. ` +
        "Look at some of them before you raise budget.breakerShare in the policy."
      );
    case "source-missing":
      return (
        `${affected} of ${apps} running apps report no ${source ?? "source"} any more, ` +
        "as nearly all did some hours ago. " +
        "Look for a new image or agent before you raise budget.missingShare in the policy."
      );
    case "fleet-silent":
      return (
        `${affected} of ${apps} running apps that are stopped for silence fell silent together. ` +
        "Look at their way to Parameter Store before you raise budget.missingShare in the policy."
      );
  }
}

function about({ app, policy, user }: Subject, { idleSeconds }: Verdict) {
  return {
    app: app.key,
    domainId: app.domainId,
    ...(app.owner.kind === "space" && { space: app.owner.name }),
    ...(user !== undefined && { userProfile: user }),
    appType: app.type,
    appName: app.name,
    ...(app.instanceType !== undefined && { instanceType: app.instanceType }),
    rule: policy.rule ?? "defaults",
    ...(idleSeconds !== null && { idleSeconds: Math.round(idleSeconds) }),
  };
}

function nameOf({ app, user }: Subject): string {
  const space = app.owner.kind === "space" ? `space ${app.owner.name}, ` : "";
  const whose = user === undefined ? "" : `user profile ${user}, `;
  return `The ${app.type} app ${app.name} (${space}${whose}domain ${app.domainId})`;
}

/** ISO 8601, to the second. */
function instant(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, "Z");
}

/** What stands in for the characters that mean something to JSON, HTML or a chat, where a rule puts an event's text. */
const LOOKALIKES: Readonly<Record<string, string>> = { '"': "'", "\\": "/", "<": "(", ">": ")", "&": "+", "`": "'" };

/** Users name the programs and notebooks of which these words speak: none may command whoever shows them. */
function plain(words: string): string {
  return words
    .replaceAll(/[\p{C}\p{Z}]+/gu, " ")
    .replaceAll(/["\\<>&`]/g, (character) => LOOKALIKES[character] ?? "")
    .toWellFormed();
}

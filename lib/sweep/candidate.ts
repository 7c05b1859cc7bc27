import { addressOf, type App, type AppKey } from "../domain/app.ts";
import type { Heartbeat, Reading } from "../domain/heartbeat.ts";
import { NO_NOTICE } from "../domain/notice.ts";
import { assessHeartbeat, type HeartbeatAssessment } from "../policy/assess-heartbeat.ts";
import { agentState, type AgentState } from "../policy/coverage.ts";
import { decide } from "../policy/decide.ts";
import type { AppPolicy, Mode, Policy } from "../policy/document.ts";
import type { Outcome } from "../policy/outcome.ts";
import type { Facts } from "../policy/facts.ts";
import { resolvePolicy, type Subject } from "../policy/resolve.ts";
import type { Stop, Verdict } from "../policy/verdict.ts";
import type { Observation } from "./observe.ts";
import type { Judged } from "./report.ts";
import { sightingOf, type Sighting } from "./sightings.ts";

const NOBODY_IS_TOLD = { kind: "assumed" } as const;

/** An app with the policy that holds for it, and its verdict, before anything has come of that. */
export type Candidate = {
  readonly app: App;
  readonly agent: AgentState;
  readonly idle: Heartbeat["idle"] | undefined;
  /** What sweeps have seen of the app while it was not in service. */
  readonly sighting: Sighting | undefined;
  readonly notice: NonNullable<Facts["notice"]>;
  readonly tags: Facts["tags"];
  readonly policy: AppPolicy;
  /** The policy that holds for it at another instant, at which a rule may be over. */
  readonly policyAt: (instant: Date) => AppPolicy;
  readonly verdict: Verdict;
};
export type StopCandidate = Candidate & { readonly verdict: Stop };

/** What apps are judged by, beside what each of them says. */
export type Grounds = { readonly observed: Observation; readonly policy: Policy; readonly now: Date };

/** Judges every app that was observed. */
export function judgeApps(grounds: Grounds): readonly Candidate[] {
  const { apps, readings } = grounds.observed;
  return apps.map((app) => judge(grounds, app, readings.get(app.key) ?? { kind: "none" }));
}

/** Judges an app by its heartbeat. */
export function judge({ observed, policy, now }: Grounds, app: App, reading: Reading): Candidate {
  const sighting = sightingOf(observed.sightings, app.key);
  const subject = subjectOf(app, observed);
  const policyAt = (instant: Date) => policyFor({ observed, policy, now: instant }, subject);
  const appPolicy = policyAt(now);
  const facts = {
    app,
    heartbeat: assessHeartbeat(app, reading, now),
    runningSince: sighting?.upAt,
    inUnifiedStudio: observed.domains.get(app.domainId)?.isUnifiedStudio,
    notice: appPolicy.mode === "live" ? (observed.notices.get(app.key) ?? NO_NOTICE) : NOBODY_IS_TOLD,
    tags: subject.tags,
    policy: appPolicy,
    now,
  };
  return {
    app,
    agent: agentState(facts),
    idle: idleBySource(facts.heartbeat),
    sighting,
    notice: facts.notice,
    tags: facts.tags,
    policy: appPolicy,
    policyAt,
    verdict: decide(facts),
  };
}

/**
 * Without what would stop an app for silence or age, where it is not known when it started, or whether its domain is
 * one that is left alone.
 */
function policyFor({ observed, policy, now }: Grounds, subject: Subject): AppPolicy {
  const resolved = resolvePolicy(policy, subject, now);
  const isKnown = observed.earlierAreKnown && observed.domains.has(subject.app.domainId);
  return isKnown ? resolved : { ...resolved, silentAfter: undefined, maxAge: undefined };
}

/** What rules match an app by. */
export function subjectOf(app: App, { domains, ownerOf, tagsOf }: Observation): Subject {
  return { app, user: ownerOf(app), domainName: domains.get(app.domainId)?.name, tags: tagsOf(app) };
}

/** The mode that holds for an app, also for one that is gone, of which only its key is known. */
export function modeOf({ observed, policy, now }: Grounds, key: AppKey): Mode {
  const gone = { ...addressOf(key), key, status: "Deleted", createdAt: now, instanceType: undefined };
  return resolvePolicy(policy, subjectOf(observed.listed.get(key) ?? gone, observed), now).mode;
}

export function wantsStop(candidate: Candidate): candidate is StopCandidate {
  return candidate.verdict.verdict === "stop";
}

/** Whether an app would be stopped now, but is kept for the warning that its user is due. */
export function waitsForWarning({ verdict }: Candidate): boolean {
  return verdict.verdict === "keep" && verdict.waitsForWarning === true;
}

/** What is reported of a candidate once something has come of its verdict. */
export function judgedAs({ app, agent, idle, policy, verdict }: Candidate, outcome: Outcome): Judged {
  return { app, agent, idle, policy, verdict, outcome };
}

/** What a heartbeat says of each source, where it is one of this incarnation and can be believed. */
export function idleBySource(assessed: HeartbeatAssessment): Heartbeat["idle"] | undefined {
  return assessed.kind === "believed" || assessed.kind === "stale" ? assessed.heartbeat.idle : undefined;
}

import { SOURCES, type Heartbeat, type Reading, type Source } from "../domain/heartbeat.ts";
import type { Notice, NoticeReading } from "../domain/notice.ts";
import { withoutControls } from "../domain/text.ts";
import { countedSources } from "../policy/counted-sources.ts";
import type { AppPolicy } from "../policy/document.ts";
import type { Hours } from "../policy/hours.ts";
import type { Doubt, MatchingRule } from "../policy/resolve.ts";
import { duration, secondsAfter, utcMinute } from "../policy/time.ts";
import type { Verdict } from "../policy/verdict.ts";
import type { App, AppKey } from "../domain/app.ts";

/** All that is known of one app, as the next sweep would judge it. */
export type Explained = {
  readonly app: App;
  /** The user profile that owns its space, where that is known. */
  readonly user: string | undefined;
  readonly reading: Reading;
  /** What its user was told last. */
  readonly notice: NoticeReading;
  readonly verdict: Verdict;
  /** Which version of its parameter the policy is. */
  readonly policyVersion: number;
  readonly policy: AppPolicy;
  /** The rule that holds for the app, or why that is not known. */
  readonly rule: MatchingRule | Doubt | undefined;
};

/** An app that was stopped, and the word that was left of it. */
export type StoppedApp = { readonly key: AppKey; readonly notice: Notice };

/** Explains, in a line, when and why an app was stopped. */
export function explainStop({ key, notice }: StoppedApp): string {
  return `${key}: does not run; ${toldOf(notice)}`;
}

/** Explains, in lines for a terminal, what becomes of an app and why. */
export function explain(explained: Explained): readonly string[] {
  return [
    title(explained.app),
    ...section("verdict", verdictLines(explained)),
    ...section("its user", userLines(explained)),
    ...section("sources", sourceLines(explained)),
    ...section("policy", policyLines(explained)),
  ];
}

const INDENT = 2;
const NAME_WIDTH = 11;

/** A section's lines, its name before the first of them. */
function section(name: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, i) => `${" ".repeat(INDENT)}${(i === 0 ? name : "").padEnd(NAME_WIDTH)}${line}`.trimEnd());
}

function title({ key, createdAt, instanceType, status }: App): string {
  const instance = instanceType === undefined ? "" : `, ${instanceType}`;
  return `${key}: ${status}${instance}, created ${utcMinute(createdAt)}`;
}

function verdictLines({ verdict, policy: { mode } }: Explained): readonly string[] {
  return [
    `${verdict.verdict}, ${verdict.reason}: ${verdict.detail}`,
    verdict.verdict === "keep" ? inFuture(verdict) : stopAs(mode),
  ];
}

const stopAs = (mode: AppPolicy["mode"]): string =>
  mode === "live" ? "the next sweep stops it" : "the next sweep only says so: this is a dry run";

const inFuture = ({ eligibleAt }: Verdict): string =>
  eligibleAt === null
    ? "when it could be stopped is not known yet"
    : `can be stopped from ${utcMinute(eligibleAt)} on, if nothing happens until then`;

function userLines({ user, notice, reading }: Explained): readonly string[] {
  const shown = reading.kind === "heartbeat" ? reading.heartbeat.notice : undefined;
  return [
    user === undefined ? "the owner of the space is not known" : `user profile ${user}`,
    notice.kind === "notice" ? toldOf(notice.notice) : "was told nothing",
    ...(notice.kind === "notice" && notice.notice.id === shown?.id
      ? [`has had this word before them for ${duration(shown.for)} at the last heartbeat`]
      : []),
  ];
}

function toldOf({ kind, why, stopAt }: Notice): string {
  const at = utcMinute(new Date(stopAt * 1000));
  return kind === "stopped"
    ? `was stopped ${at}: ${withoutControls(why)}`
    : `was told of a stop ${at}: ${withoutControls(why)}`;
}

function sourceLines({ reading, policy }: Explained): readonly string[] {
  if (reading.kind === "none") return ["no heartbeat: no agent has reported for this app"];
  const received = `heartbeat received ${utcMinute(reading.receivedAt)}`;
  if (reading.kind === "unreadable") return [`${received} cannot be read: ${reading.why}`];
  const counted = new Set(countedSources(policy));
  return [
    `${received}, the next is due by ${utcMinute(secondsAfter(reading.receivedAt, reading.heartbeat.renewIn))}`,
    ...SOURCES.map((source) => {
      const note = counted.has(source) ? "" : " (not counted by the policy)";
      return `${source.padEnd(NAME_WIDTH)}${sourceState(source, reading.heartbeat, reading.receivedAt)}${note}`;
    }),
  ];
}

function sourceState(source: Source, { idle, busy, why }: Heartbeat, receivedAt: Date): string {
  const work = busy[source];
  if (work !== undefined) return `at work for ${duration(work.for)}: ${withoutControls(work.what)}`;
  const seconds = idle[source];
  if (seconds === undefined) return "does not apply";
  if (seconds === null) return `unknown: ${withoutControls(why?.[source] ?? "the agent does not say why")}`;
  return `idle for ${duration(seconds)}, since ${utcMinute(secondsAfter(receivedAt, -seconds))}`;
}

function policyLines({ policyVersion, policy: { mode, ...policy }, rule }: Explained): readonly string[] {
  if (rule !== undefined && "doubt" in rule) return [`version ${policyVersion}; ${rule.doubt}`];
  const fromRule = new Set(Object.keys(rule?.rule.set ?? {}));
  const fields = Object.entries(policy).filter(([field]) => field !== "rule");
  const width = Math.max(...fields.map(([field]) => field.length)) + 2;
  return [
    `version ${policyVersion}, mode ${mode}; ${rule === undefined ? "no rule matches" : `${rule.name} matches`}`,
    ...fields.map(
      ([field, value]) =>
        `${field.padEnd(width)}${inWords(value)} (${(fromRule.has(field) ? rule?.name : undefined) ?? "defaults"})`,
    ),
  ];
}

function inWords(value: AppPolicy[keyof AppPolicy]): string {
  if (typeof value === "object" && "timeZone" in value) return hoursInWords(value);
  if (value === undefined) return "none";
  if (value === Infinity) return "never";
  if (typeof value === "number") return duration(value);
  return Array.isArray(value) ? value.join(", ") || "none" : JSON.stringify(value);
}

function hoursInWords({ days, from, to, timeZone, idleTimeInSeconds }: Hours): string {
  return `${days.join(", ")} ${from} to ${to} ${timeZone}, outside them ${inWords(idleTimeInSeconds)}`;
}

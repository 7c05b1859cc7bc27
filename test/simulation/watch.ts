import type { Report, Skipped } from "../../lib/sweep/report.ts";
import { PREFIX } from "./agent.ts";
import { CLOCKS_ARE_OFF_SECONDS, Facts, HEARD_WITHIN_SECONDS, LATE_SECONDS, type Watched } from "./facts.ts";
import type { Invariant, Violation } from "./invariants.ts";
import { isEverExempt, isExemptAllAlong, keptAtLeastUntil } from "./kept.ts";
import type { ParameterService } from "./parameter-service.ts";
import { BEGIN, type Edict, type Mishap, type Story } from "./story.ts";
import { appKeyOf, type Incarnation } from "./studio-service.ts";
import type { Invocation } from "./sweeper.ts";
import { bothTimeouts, timeoutAt, timeoutsBetween } from "./timeouts.ts";
import { Trouble } from "./trouble.ts";

/** An idle app may live on for so long where nothing goes wrong. */
const MOST_IDLE_SECONDS = 3600;
const ALWAYS_ALLOWED = 50;
/** By so much the clocks of sweeps may be off, and what they read may be old. */
const KEPT_SLACK_SECONDS = 60;

type Sent = { readonly at: number; readonly invocation: Invocation; readonly lastActive: number };

/** Knows the truth that the reaper does not, and holds it to what must always hold. */
export class Watch {
  readonly violations: Violation[] = [];
  /** Seconds from when an app had been idle for its timeout to the stop; only where nothing had gone wrong. */
  readonly delays: number[] = [];
  /** Stops of apps in use that their agents could not tell of: faults kept them from it. */
  unheard = 0;
  stops = 0;
  appSeconds = 0;
  readonly #story: Story;
  readonly #parameters: ParameterService;
  readonly #facts: Facts;
  readonly #trouble: Trouble;
  readonly #now: () => number;
  readonly #watched = new Map<string, Watched>();
  readonly #sent = new Map<string, Sent>();
  readonly #stopsOf = new Map<Invocation, number>();

  constructor(story: Story, parameters: ParameterService, now: () => number) {
    [this.#story, this.#parameters, this.#now] = [story, parameters, now];
    [this.#facts, this.#trouble] = [new Facts(story, parameters, now), new Trouble(story.faults, now)];
  }

  begin(watched: Watched): void {
    this.#watched.set(watched.app.space, watched);
  }

  end({ space, inServiceAt }: Incarnation): void {
    if (inServiceAt < Infinity) this.appSeconds += this.#now() - inServiceAt;
    this.#watched.delete(space);
  }

  /** A sweep sends off a deletion: what is true at this instant is what it may be blamed for. */
  onDeleteSent(space: string, invocation: Invocation): void {
    const watched = this.#watched.get(space);
    if (!watched) return;
    const lastActive = this.#facts.lastActive(watched);
    this.#sent.set(space, { at: this.#now(), invocation, lastActive });
  }

  /** An app is being deleted by a sweep. */
  onDeleted(space: string): void {
    const [watched, sent] = [this.#watched.get(space), this.#sent.get(space)];
    if (!watched || !sent) return;
    this.stops++;
    const policies = this.#facts.policiesSince(sent.invocation.startedAt - this.#story.readLagSeconds);
    const [from, to] = [sent.invocation.startedAt - CLOCKS_ARE_OFF_SECONDS, sent.at + CLOCKS_ARE_OFF_SECONDS];
    const timeouts = policies.flatMap((policy) => timeoutsBetween(space, policy, from, to));
    if (policies.every(({ mode }) => mode === "dry-run")) this.#violates("a dry run stops nothing", space, "");
    this.#checkAtWork(watched, sent, Math.min(...timeouts));
    this.#checkWord(watched, sent);
    this.#checkWarning(watched, sent, policies);
    this.#checkKept(watched, sent);
    this.#checkBudget(sent.invocation);
    if (new Set(timeouts).size === 1) this.#noteDelay(watched, sent, Math.max(...timeouts));
  }

  onReport(report: Report | Skipped, invocation: Invocation): void {
    if ("skippedUntil" in report) return;
    if (report.judged.some(({ outcome }) => outcome === "breaker" || outcome === "over-budget")) this.#trouble.note();
    const verdicts = new Map<string, number>();
    for (const { app } of report.judged) verdicts.set(app.key, (verdicts.get(app.key) ?? 0) + 1);
    const stopped = new Set(
      report.judged
        .filter(({ outcome }) => outcome === "stopped" || outcome === "gone")
        .map(({ app }) => app.owner.name),
    );
    for (const [space, { app }] of this.#watched) {
      if (app.inServiceAt > invocation.startedAt || stopped.has(space)) continue;
      const count = verdicts.get(appKeyOf(space)) ?? 0;
      if (count !== 1) this.#violates("every app gets one verdict", space, `it got ${count}`);
    }
    for (const { app, verdict } of report.judged) this.#checkKeeping(app.owner.name, verdict.reason, invocation);
  }

  /** An invocation met a mishap. */
  onMishap({ kind }: Mishap): void {
    this.#trouble.note(kind === "cut off" ? 420 : 0);
  }

  /** Looks for idle apps that live on. */
  checkAllStopped(): void {
    const grace = MOST_IDLE_SECONDS + 2 * this.#story.scheduleSeconds;
    const span = { from: this.#now() - grace, to: this.#now() };
    if (this.#facts.policiesSince(span.from).some(({ mode }) => mode === "dry-run")) return;
    const troubledUntil = this.#trouble.until;
    for (const [space, watched] of this.#watched) {
      const { app, agent } = watched;
      if (app.inServiceAt === Infinity || this.#isUndeletable(space)) continue;
      const timeout = Math.max(...this.#story.policies.flatMap((policy) => bothTimeouts(space, policy)));
      const idleSince = Math.max(this.#facts.lastActive(watched), agent.countsFrom, app.inServiceAt);
      const excuses = [
        troubledUntil,
        Math.max(agent.deafUntil, agent.blindUntil) + 4800,
        this.#facts.hungSince(watched),
      ];
      const excusedUntil = Math.max(idleSince + timeout, this.#facts.keptUntil(watched, span), ...excuses);
      if (this.#now() - excusedUntil > grace)
        this.#violates("every idle app is stopped", space, `idle for ${Math.round(this.#now() - idleSince)} s`);
    }
  }

  #checkAtWork({ app, agent }: Watched, { at, lastActive }: Sent, timeout: number): void {
    if (at - lastActive >= timeout) return;
    if (agent.deafUntil >= lastActive) this.unheard++;
    else {
      const detail = `active ${(at - lastActive).toFixed(1)} s before, its timeout is ${timeout} s`;
      this.#violates("nobody at work is stopped", app.space, detail);
    }
  }

  /** What its user has wished, or a tag says, keeps an app from being stopped. */
  #checkKept(watched: Watched, { at, invocation, lastActive }: Sent): void {
    const { app, story, agent } = watched;
    const span = { from: invocation.startedAt, to: at };
    if (isExemptAllAlong(story, span)) this.#violates("an exempt app is never stopped", app.space, "");
    const policies = this.#facts.policiesSince(invocation.startedAt - this.#story.readLagSeconds);
    const until = keptAtLeastUntil(watched, { story, span, policies, lastActive });
    if (until - KEPT_SLACK_SECONDS <= at) return;
    if (agent.deafUntil > lastActive) this.unheard++;
    else {
      const detail = `kept for ${Math.round(until - at)} s more`;
      this.#violates("what its user or a tag keeps is not stopped", app.space, detail);
    }
  }

  /** Whether a verdict may say that somebody or a tag keeps the app. */
  #checkKeeping(space: string, reason: string, { startedAt }: Invocation): void {
    const watched = this.#watched.get(space);
    if (!watched || watched.app.inServiceAt > startedAt) return;
    const span = { from: startedAt - this.#story.readLagSeconds, to: this.#now() };
    const isSaid = reason === "exempt" || reason === "kept-alive";
    if (!isSaid || (reason === "exempt" && isEverExempt(watched.story, span))) return;
    const over = reason === "exempt" ? Infinity : startedAt - this.#facts.keptUntil(watched, span);
    if (over > KEPT_SLACK_SECONDS)
      this.#violates("no wish and no tag keeps for longer than it may", space, `${reason}, ${Math.round(over)} s late`);
  }

  #checkWord({ app }: Watched, { at }: Sent): void {
    const word = this.#facts.wordOf(app.space);
    const fields: unknown = word ? JSON.parse(word.value) : undefined;
    const lease = typeof fields === "object" && fields !== null ? Number(Reflect.get(fields, "renewIn")) : 0;
    const slack = 60 + HEARD_WITHIN_SECONDS;
    if (word && word.at >= app.startedAt && at - word.at <= lease + slack) return;
    const detail = word ? `it came ${(at - word.at).toFixed(0)} s before, for ${lease} s` : "there is none";
    this.#violates("an app is stopped on a word of its own incarnation, in force", app.space, detail);
  }

  /** A warning lasts for at least its time by the sweep's clock, and was given since the user was last active. */
  #checkWarning({ app, agent }: Watched, { at, lastActive, invocation }: Sent, policies: readonly Edict[]): void {
    const warnings = policies.map((policy) =>
      Math.min(policy.warnBefore, ...bothTimeouts(app.space, policy).map((timeout) => timeout / 2)),
    );
    const least = Math.min(...warnings);
    if (least === 0) return;
    const by = at + Math.max(0, invocation.skew) - least + 1;
    // Of activity that its agent could not tell, a warning of before counts.
    const isHeard = agent.deafUntil < lastActive;
    const since = isHeard ? Math.max(lastActive, app.startedAt) : app.startedAt;
    const said = this.#parameters.said(`${PREFIX}/notices/${appKeyOf(app.space)}`, since);
    if (said.some((notice) => notice.value.includes('"warned"') && notice.at <= by)) return;
    this.#violates("nobody is stopped without a warning", app.space, `${said.length} notices since it was last active`);
  }

  #checkBudget(invocation: Invocation): void {
    const stops = (this.#stopsOf.get(invocation) ?? 0) + 1;
    this.#stopsOf.set(invocation, stops);
    const { maxStops, breakerShare } = this.#story.budget;
    if (stops > maxStops)
      this.#violates("no sweep stops more than its budget", undefined, `${stops} stops of ${maxStops}`);
    if (stops > 1) return;
    const fleet = [...this.#watched.values()].filter(({ app }) => app.inServiceAt < this.#now());
    const idle = fleet.filter((watched) => this.#facts.isIdleByItsWord(watched, invocation.startedAt));
    const most = Math.max(ALWAYS_ALLOWED, breakerShare * (fleet.length + 1));
    if (idle.length > most)
      this.#violates("the breaker holds back everything", undefined, `${idle.length} idle of ${fleet.length}`);
  }

  #noteDelay(watched: Watched, { at, lastActive }: Sent, timeout: number): void {
    const { app, agent } = watched;
    const idleSince = Math.max(lastActive, agent.countsFrom, this.#facts.hungSince(watched) - timeout);
    const isCalm = Math.max(this.#trouble.until, agent.deafUntil, agent.blindUntil) < idleSince;
    if (!isCalm || this.#facts.policiesSince(idleSince).length > 1) return;
    const keptUntil = this.#facts.keptUntil(watched, { from: idleSince, to: at });
    const delay = at - Math.max(idleSince + timeout, keptUntil);
    if (keptUntil <= idleSince) this.delays.push(delay);
    const [policy] = this.#facts.policiesSince(idleSince);
    if (!policy || timeoutAt(app.space, policy, idleSince) !== timeout) return;
    const { warnBefore } = policy;
    const most = 2 * this.#story.scheduleSeconds + LATE_SECONDS + (warnBefore > 0 ? 3 * warnBefore + 900 : 0);
    if (delay > most) this.#violates("every idle app is stopped", app.space, `${delay.toFixed(0)} s late`);
  }

  #isUndeletable(space: string): boolean {
    return this.#story.apps.some((app) => app.space === space && app.undeletable === true);
  }

  #violates(invariant: Invariant, space: string | undefined, detail: string): void {
    this.violations.push({ invariant, at: Math.round(this.#now() - BEGIN), space, detail });
  }
}

import * as v from "valibot";
import { AgentCalls } from "./agent-calls.ts";
import { AgentInbox } from "./agent-inbox.ts";
import { AgentWishes, type TakenWish } from "./agent-wishes.ts";
import { composeWord, lie, LIE_LASTS_SECONDS } from "./agent-word.ts";
import type { Network } from "./network.ts";
import type { Person } from "./person.ts";
import type { Random } from "./random.ts";
import { type Answer, type AppStory, BEGIN, TOLD_SOURCES, type Trouble, type Wish } from "./story.ts";
import { appKeyOf } from "./studio-service.ts";
import type { Timeline } from "./timeline.ts";
import { type Sample, WriteSchedule, type WriteReason } from "./write-schedule.ts";

export const PREFIX = "/studio-reaper";
const MIN_SLEEP_SECONDS = 0.02;
const RESTART_SECONDS = 10;

/** What an agent lives in. */
export type Surroundings = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly network: Network;
  readonly person: Person;
  readonly story: AppStory;
  /** From when on the app's server answers. */
  readonly isReadable: () => boolean;
  /** Another schedule than the contract's, to see whether that is noticed. */
  readonly makeSchedule?: ((fraction: () => number) => WriteSchedule) | undefined;
  readonly onWrite: (reason: WriteReason, sample: Sample) => void;
};

/** The agent of one incarnation of an app, by the heartbeat contract. */
export class SimulatedAgent {
  /** Until when it may have been kept from saying what it should, or said something else. */
  deafUntil = -Infinity;
  /** Until when it knew less than it should. */
  blindUntil = -Infinity;
  /** From when its idle times count: its first start, or when it lost its memory. */
  countsFrom: number;
  readonly wishes = new AgentWishes();
  readonly #around: Surroundings;
  readonly #calls: AgentCalls;
  readonly #inbox = new AgentInbox();
  readonly #troubles: Trouble[];
  readonly #firstStart: number;
  #schedule: WriteSchedule;
  readonly #answers: Answer[];
  /** What its user has asked for since its last look. */
  #requests: Omit<Wish, "at">[] = [];
  #looks = 0;
  #isAsleep = false;
  #hasRung = false;
  #isOver = false;

  constructor(around: Surroundings, startsAt: number) {
    this.#around = around;
    this.#calls = new AgentCalls({
      ...around,
      leaseSeconds: () => this.#schedule.leaseSeconds,
      onTrouble: (until) => {
        this.#mayBeDeafUntil(until);
      },
    });
    [this.#firstStart, this.countsFrom] = [startsAt, startsAt];
    this.#troubles = around.story.troubles.filter((trouble) => BEGIN + trouble.at + trouble.for > startsAt);
    this.#schedule = this.#newSchedule();
    this.#answers = [...(around.story.answers ?? [])];
    for (const { at, ...wish } of around.story.wishes ?? []) if (BEGIN + at > startsAt) this.#ask(BEGIN + at, wish);
    this.#lookAt(startsAt);
  }

  /** The app is being deleted. */
  end(): void {
    this.#isOver = true;
  }

  #mayBeDeafUntil(instant: number): void {
    this.deafUntil = Math.max(this.deafUntil, instant);
  }

  #newSchedule(): WriteSchedule {
    const { random, makeSchedule = (fraction: () => number) => new WriteSchedule(fraction) } = this.#around;
    return makeSchedule(() => random.fraction());
  }

  /** Sleeps until its next look. */
  #lookAt(instant: number): void {
    const look = ++this.#looks;
    this.#isAsleep = true;
    this.#around.timeline.at(instant, () => {
      if (this.#isOver || look !== this.#looks) return;
      this.#isAsleep = false;
      this.#look();
    });
  }

  /** Its user asks for something, which wakes it. */
  #ask(instant: number, wish: Omit<Wish, "at">): void {
    this.#around.timeline.at(instant, () => {
      if (this.#isOver) return;
      this.#requests.push(wish);
      if (this.#isAsleep) this.#lookAt(this.#around.timeline.now);
      else this.#hasRung = true;
    });
  }

  #takeRequests(now: number): void {
    const atMost = this.#inbox.keepAtMost;
    for (const wish of this.#requests) this.wishes.ask(wish, atMost, now);
    [this.#requests, this.#hasRung] = [[], false];
    this.wishes.look(atMost, now);
  }

  #look(): void {
    const { now } = this.#around.timeline;
    const trouble = this.#troubles[0];
    if (trouble && BEGIN + trouble.at <= now && this.#suffers(trouble, now)) return;
    this.#takeRequests(now);
    const sample = this.#sample(now, trouble !== undefined && BEGIN + trouble.at <= now ? trouble : undefined);
    const reason = this.#schedule.reasonToWrite(sample);
    if (reason) this.#write(sample, reason);
    else if (this.#inbox.isReadDue(now)) {
      this.#read([this.#noticeName], now, () => {
        this.#sleepAfter(sample);
      });
    } else this.#sleepAfter(sample);
  }

  #sleepAfter(sample: Sample): void {
    const { notice, nextRead } = this.#inbox;
    const hasNews = notice !== undefined && notice.id !== sample.notice?.id;
    const next = hasNews || this.#hasRung ? sample.boot : Math.min(this.#schedule.nextLook(sample), nextRead);
    this.#lookAt(Math.max(next, this.#around.timeline.now + MIN_SLEEP_SECONDS));
  }

  /** Whether that trouble keeps the agent from looking now; takes note of what it does to the agent. */
  #suffers(trouble: Trouble, now: number): boolean {
    const until = BEGIN + trouble.at + trouble.for;
    const overAt = until + RESTART_SECONDS + this.#schedule.instructions.sampleSeconds;
    this.blindUntil = Math.max(this.blindUntil, overAt);
    if (trouble.kind !== "goes blind" && trouble.kind !== "forgets") this.#mayBeDeafUntil(overAt);
    if (now >= until) this.#troubles.shift();
    switch (trouble.kind) {
      case "dies":
      case "restarts":
        this.#schedule = this.#newSchedule();
        if (now >= until) return false;
        this.#lookAt(until + RESTART_SECONDS);
        return true;
      case "lags":
        if (now >= until) return false;
        this.#lookAt(until);
        return true;
      case "forgets":
        this.countsFrom = now;
        this.wishes.forget(now);
        this.#schedule = this.#newSchedule();
        this.#troubles.splice(this.#troubles.indexOf(trouble), 1);
        return false;
      case "lies":
      case "goes blind":
        return false;
    }
  }

  #sample(now: number, trouble: Trouble | undefined): Sample {
    const { person, isReadable } = this.#around;
    const isBlind = !isReadable() || trouble?.kind === "goes blind";
    const idle: (number | null)[] = [];
    const activeAt: number[] = [];
    const still: number[] = [];
    for (let source = 0; source < TOLD_SOURCES.length; source++) {
      const shown = person.shown(source, now);
      if (isBlind && source === 0) {
        // A server that never answered has been idle for as long as nobody knows.
        if (!isReadable()) this.countsFrom = now;
        idle.push(null);
        activeAt.push(this.countsFrom);
        still.push(0);
        continue;
      }
      const active = Math.max(shown.busy ? now : shown.activeAt, this.countsFrom);
      activeAt.push(active);
      idle.push(Math.floor(now - active));
      still.push(shown.stillSince === undefined ? 0 : Math.floor(now - Math.max(shown.stillSince, this.countsFrom)));
    }
    const wish = this.wishes.longest(now, this.#schedule.leaseSeconds);
    return { boot: now, idle, activeAt, still, connections: 0, notice: this.#inbox.notice, wish };
  }

  #write(sample: Sample, reason: WriteReason): void {
    const { timeline, random } = this.#around;
    const began = timeline.now;
    const text = this.#text(sample, this.wishes.longest(began, this.#schedule.leaseSeconds));
    timeline.at(began + random.between(0.3, 1.2), () => {
      this.#calls.make("PutParameter", { Name: this.#parameter, Value: text, Overwrite: true }, began, (done) => {
        if (!done) {
          this.#schedule.failed(timeline.now);
          this.#sleepAfter(sample);
          return;
        }
        this.#around.onWrite(reason, sample);
        this.#schedule.succeeded(sample);
        this.#read([`${PREFIX}/instructions`, this.#noticeName], began, () => {
          this.#inbox.planReads(reason, timeline.now);
          this.#sleepAfter(sample);
        });
      });
    });
  }

  get #noticeName(): string {
    return `${PREFIX}/notices/${appKeyOf(this.#around.story.space)}`;
  }

  get #parameter(): string {
    return `${PREFIX}/heartbeats/${appKeyOf(this.#around.story.space)}`;
  }

  /** Takes over what these parameters say, and goes on. */
  #read(names: readonly string[], began: number, then: () => void): void {
    this.#calls.make("GetParameters", { Names: names }, began, (answer) => {
      if (answer) {
        const { Parameters } = v.parse(Read, answer);
        const said = new Map(Parameters.map(({ Name, Value }) => [Name, Value]));
        const instructions = said.get(`${PREFIX}/instructions`);
        if (instructions !== undefined) this.#schedule.follow(this.#inbox.follow(instructions));
        this.#takeNotice(said.get(this.#noticeName));
      }
      then();
    });
  }

  #takeNotice(value: string | undefined): void {
    const { now } = this.#around.timeline;
    if (!this.#inbox.takeNotice(value, now)) return;
    const answer = this.#answers.shift();
    if (answer) this.#ask(now + answer.after, { for: answer.for });
  }

  #text(sample: Sample, wish: TakenWish | undefined): string {
    const trouble = this.#troubles[0];
    if (trouble?.kind === "lies" && BEGIN + trouble.at <= sample.boot) {
      // The lie stays until the next word, though its time is over.
      this.#mayBeDeafUntil(sample.boot + LIE_LASTS_SECONDS);
      return lie(sample.boot - this.#firstStart, trouble.for);
    }
    return composeWord(sample, {
      person: this.#around.person,
      firstStart: this.#firstStart,
      sampleSeconds: this.#schedule.instructions.sampleSeconds,
      leaseSeconds: this.#schedule.leaseSeconds,
      wish,
    });
  }
}

const Read = v.object({ Parameters: v.array(v.object({ Name: v.string(), Value: v.string() })) });

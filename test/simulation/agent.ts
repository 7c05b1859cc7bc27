import * as v from "valibot";
import { AgentWishes, type TakenWish, wordOf } from "./agent-wishes.ts";
import type { Network } from "./network.ts";
import type { Person } from "./person.ts";
import type { Random } from "./random.ts";
import { type Answer, type AppStory, BEGIN, TOLD_SOURCES, type Trouble, type Wish } from "./story.ts";
import { appKeyOf } from "./studio-service.ts";
import type { Timeline } from "./timeline.ts";
import { type Sample, WriteSchedule, type WriteReason } from "./write-schedule.ts";

export const PREFIX = "/studio-reaper";
const MAX_TRIES = 3;
const WRITE_SECONDS = 20;
const MIN_SLEEP_SECONDS = 0.02;
const RESTART_SECONDS = 10;
/** The lease of a forged heartbeat. */
const LIE_LASTS_SECONDS = 3600;
/** For how long a user may keep an app, as long as no instructions say. */
const KEEP_AT_MOST_SECONDS = 86_400;

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
  readonly #troubles: Trouble[];
  readonly #firstStart: number;
  #schedule: WriteSchedule;
  readonly #answers: Answer[];
  /** What its user has asked for since its last look. */
  #requests: Omit<Wish, "at">[] = [];
  #notice: { readonly id: string; readonly readAt: number; readonly keepAtMost: number } | undefined;
  /** When to read the notice, beside after each write. */
  #reads: number[] = [];
  #warnBefore = 0;
  #keepAtMost = KEEP_AT_MOST_SECONDS;
  #looks = 0;
  #isAsleep = false;
  #hasRung = false;
  #isOver = false;

  constructor(around: Surroundings, startsAt: number) {
    this.#around = around;
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
    const atMost = Math.min(this.#keepAtMost, this.#notice?.keepAtMost ?? Infinity);
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
    else if ((this.#reads[0] ?? Infinity) <= now) {
      this.#reads.shift();
      this.#read([this.#noticeName], now, () => {
        this.#sleepAfter(sample);
      });
    } else this.#sleepAfter(sample);
  }

  #sleepAfter(sample: Sample): void {
    const hasNews = this.#notice !== undefined && this.#notice.id !== sample.notice?.id;
    const next =
      hasNews || this.#hasRung ? sample.boot : Math.min(this.#schedule.nextLook(sample), this.#reads[0] ?? Infinity);
    this.#lookAt(Math.max(next, this.#around.timeline.now + MIN_SLEEP_SECONDS));
  }

  /** Whether that trouble keeps the agent from looking now; takes note of what it does to the agent. */
  #suffers(trouble: Trouble, now: number): boolean {
    const until = BEGIN + trouble.at + trouble.for;
    const overAt = until + RESTART_SECONDS + this.#schedule.instructions.sampleSeconds;
    this.blindUntil = Math.max(this.blindUntil, overAt);
    if (trouble.kind !== "goes blind" && trouble.kind !== "forgets") this.deafUntil = Math.max(this.deafUntil, overAt);
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
    return { boot: now, idle, activeAt, still, connections: 0, notice: this.#notice, wish };
  }

  #write(sample: Sample, reason: WriteReason): void {
    const { timeline, random } = this.#around;
    const began = timeline.now;
    const text = this.#text(sample, this.wishes.longest(began, this.#schedule.leaseSeconds));
    timeline.at(began + random.between(0.3, 1.2), () => {
      this.#try("PutParameter", { Name: this.#parameter, Value: text, Overwrite: true }, began, (done) => {
        if (!done) {
          this.#schedule.failed(timeline.now);
          this.#sleepAfter(sample);
          return;
        }
        this.#around.onWrite(reason, sample);
        this.#schedule.succeeded(sample);
        this.#read([`${PREFIX}/instructions`, this.#noticeName], began, () => {
          if (reason === "crossed" && this.#warnBefore > 0) this.#reads = readsFrom(timeline.now);
          else if (reason === "resumed") this.#reads = [];
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

  /** Makes a call, up to three times within the time for a write, and goes on with its answer. */
  #try(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    began: number,
    then: (answer: Readonly<Record<string, unknown>> | undefined) => void,
    tries = 1,
  ): void {
    const { timeline, random, network } = this.#around;
    const { seconds, answer, fault, settlesIn } = network.attempt("agents", operation, input);
    if (fault) this.deafUntil = Math.max(this.deafUntil, timeline.now + settlesIn + 60);
    timeline.at(timeline.now + seconds, () => {
      try {
        then(answer());
      } catch (error) {
        if (error instanceof Error && error.name === "ParameterNotFound") then(undefined);
        else if (tries >= MAX_TRIES || timeline.now - began > WRITE_SECONDS) {
          this.deafUntil = Math.max(this.deafUntil, timeline.now + this.#schedule.leaseSeconds);
          then(undefined);
        } else {
          this.deafUntil = Math.max(this.deafUntil, timeline.now + 60);
          timeline.at(timeline.now + random.fraction() * 2 ** (tries - 1), () => {
            this.#try(operation, input, began, then, tries + 1);
          });
        }
      }
    });
  }

  /** Takes over what these parameters say, and goes on. */
  #read(names: readonly string[], began: number, then: () => void): void {
    this.#try("GetParameters", { Names: names }, began, (answer) => {
      if (answer) {
        const { Parameters } = v.parse(Read, answer);
        const said = new Map(Parameters.map(({ Name, Value }) => [Name, Value]));
        this.#follow(said.get(`${PREFIX}/instructions`));
        this.#takeNotice(said.get(this.#noticeName));
      }
      then();
    });
  }

  /** Written by the sweep itself, so it is what `instructionsFor` makes. */
  #follow(value: string | undefined): void {
    if (value === undefined) return;
    const { warnBefore, keepAtMost, ...told } = parseInstructions(value);
    [this.#warnBefore, this.#keepAtMost] = [warnBefore, keepAtMost];
    this.#schedule.follow(told);
  }

  #takeNotice(value: string | undefined): void {
    const notice = value === undefined ? undefined : v.parse(ReadNotice, JSON.parse(value));
    if (notice?.kind !== "warned") this.#notice = undefined;
    else if (notice.id !== this.#notice?.id) {
      const { now } = this.#around.timeline;
      this.#notice = { id: notice.id, readAt: now, keepAtMost: notice.keepAtMost ?? 0 };
      const answer = this.#answers.shift();
      if (answer) this.#ask(now + answer.after, { for: answer.for });
    }
    if (this.#notice) this.#reads = [];
  }

  #text({ boot, idle, still, notice }: Sample, wish: TakenWish | undefined): string {
    const trouble = this.#troubles[0];
    if (trouble?.kind === "lies" && BEGIN + trouble.at <= boot) {
      // The lie stays until the next word, though its time is over.
      this.deafUntil = Math.max(this.deafUntil, boot + LIE_LASTS_SECONDS);
      return lie(boot - this.#firstStart, trouble.for);
    }
    const busy = TOLD_SOURCES.flatMap((name, source) => {
      const { busy: isBusy } = this.#around.person.shown(source, boot);
      if (!isBusy || idle[source] === null) return [];
      const since = still[source] ? { still: still[source] } : {};
      return [[name, { what: "train.py", for: 1, ...since }] as const];
    });
    return JSON.stringify({
      v: 1,
      agent: "simulated",
      up: Math.floor(boot - this.#firstStart),
      sampleEvery: this.#schedule.instructions.sampleSeconds,
      renewIn: this.#schedule.leaseSeconds,
      idle: Object.fromEntries(TOLD_SOURCES.map((name, source) => [name, idle[source]])),
      busy: Object.fromEntries(busy),
      connections: 0,
      ...(wish && { keepAlive: wordOf(wish, boot, this.#schedule.leaseSeconds) }),
      ...(notice && { notice: { id: notice.id, for: Math.floor(boot - notice.readAt) } }),
    });
  }
}

/** A notice may be there a minute after the word that is to bring it, and is looked for every two minutes then. */
function readsFrom(now: number): number[] {
  return [60, 180, 300, 420, 540].map((seconds) => now + seconds);
}

/** What a forged heartbeat may be: idle as long as can be believed, or nonsense of some kind. */
function lie(up: number, by: number): string {
  const [idle, lease] = [Math.floor(up), LIE_LASTS_SECONDS];
  const forged = { v: 1, up: idle, sampleEvery: 60, renewIn: lease, idle: { kernels: idle }, busy: {} };
  const lies = [forged, { ...forged, up: 1e8 }, { v: 7 }, { ...forged, idle: { kernels: -1 } }, "x".repeat(3000)];
  return JSON.stringify(lies[Math.floor(by) % lies.length]);
}

const Told = v.object({
  sampleSeconds: v.number(),
  cadenceSeconds: v.number(),
  timeouts: v.array(v.number()),
  hungAfter: v.array(v.number()),
  warnBefore: v.number(),
  keepAtMost: v.number(),
});
const Read = v.object({ Parameters: v.array(v.object({ Name: v.string(), Value: v.string() })) });
const ReadNotice = v.object({ id: v.string(), kind: v.string(), keepAtMost: v.optional(v.number()) });
const parsed = new Map<string, v.InferOutput<typeof Told>>();

function parseInstructions(text: string): v.InferOutput<typeof Told> {
  const known = parsed.get(text);
  if (known) return known;
  const read = v.parse(Told, JSON.parse(text));
  parsed.set(text, read);
  return read;
}

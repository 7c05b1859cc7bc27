import { PREFIX, type SimulatedAgent } from "./agent.ts";
import { type Ground, isEverExempt, keptAtMostUntil } from "./kept.ts";
import type { ParameterService } from "./parameter-service.ts";
import type { Person } from "./person.ts";
import { type AppStory, BEGIN, type Edict, type Story } from "./story.ts";
import { appKeyOf, type Incarnation } from "./studio-service.ts";
import { bothTimeouts } from "./timeouts.ts";

/** A user who comes back is heard within so many seconds. */
export const HEARD_WITHIN_SECONDS = 15;
/** Beside two ticks of the schedule: where all goes well, a stop comes no later. */
export const LATE_SECONDS = 60;
/** By so much the clocks of sweeps may be off. */
export const CLOCKS_ARE_OFF_SECONDS = 30;

/** One app in service, and what is true of it. */
export type Watched = {
  readonly app: Incarnation;
  readonly story: AppStory;
  readonly agent: SimulatedAgent;
  readonly truth: Person;
};

/** What is true at this instant of an app and the policy, which the reaper may not know, or not yet. */
export class Facts {
  readonly #story: Story;
  readonly #parameters: ParameterService;
  readonly #now: () => number;

  constructor(story: Story, parameters: ParameterService, now: () => number) {
    [this.#story, this.#parameters, this.#now] = [story, parameters, now];
  }

  /** When the user was last active, as far as that can have been heard by now. */
  lastActive({ truth }: Watched): number {
    // What hangs counts for nothing from one instant on, though it was activity right before.
    return truth.lastActive(this.#heardUntil, this.#now() + CLOCKS_ARE_OFF_SECONDS);
  }

  /** When what hangs had done so for long enough. */
  hungSince({ truth, agent }: Watched): number {
    return truth.hungSince(this.#heardUntil, agent.countsFrom);
  }

  /** The policies that were in force at some time since an instant. */
  policiesSince(instant: number): readonly Edict[] {
    const all = this.#story.policies;
    return all.filter(({ at }, i) => BEGIN + at <= this.#now() && BEGIN + (all[i + 1]?.at ?? Infinity) > instant);
  }

  /** Until when an app may be kept at most; for ever while it is exempt. */
  keptUntil(watched: Watched, span: Ground["span"]): number {
    const { story, app } = watched;
    if (isEverExempt(story, span)) return span.to;
    // A sweep may see it in service later than it is.
    const seenBy = app.inServiceAt + 2 * this.#story.scheduleSeconds + LATE_SECONDS;
    const lastActive = Math.max(this.lastActive(watched), seenBy);
    const hungSince = this.hungSince(watched);
    return keptAtMostUntil(watched, { story, span, policies: this.policiesSince(span.from), lastActive, hungSince });
  }

  /** The last word of an app's agent. */
  wordOf(space: string): ReturnType<ParameterService["peek"]> {
    return this.#parameters.peek(`${PREFIX}/heartbeats/${appKeyOf(space)}`);
  }

  /** Whether the app had been idle for its longest timeout before a sweep began, by a word that holds. */
  isIdleByItsWord({ app, story }: Watched, startedAt: number): boolean {
    if (story.tags?.length) return false;
    const word = this.wordOf(app.space);
    if (!word || word.at < app.startedAt || word.at > startedAt - 60) return false;
    const policies = this.policiesSince(startedAt - 60);
    const timeout = Math.max(...policies.flatMap((policy) => bothTimeouts(app.space, policy)));
    return isIdleWord(word.value, timeout, this.#now() - word.at);
  }

  /** So long ago that it can have been heard. */
  get #heardUntil(): number {
    return this.#now() - HEARD_WITHIN_SECONDS - this.#story.readLagSeconds;
  }
}

function isIdleWord(text: string, timeout: number, age: number): boolean {
  const word: unknown = JSON.parse(text);
  if (typeof word !== "object" || word === null) return false;
  if ("keepAlive" in word) return false;
  const [idle, busy, lease]: unknown[] = ["idle", "busy", "renewIn"].map((field): unknown => Reflect.get(word, field));
  if (typeof idle !== "object" || idle === null || typeof busy !== "object" || busy === null) return false;
  const all: unknown[] = Object.values(idle);
  return (
    Object.keys(busy).length === 0 &&
    all.every((seconds) => typeof seconds === "number" && seconds >= timeout) &&
    Number(lease) > age
  );
}

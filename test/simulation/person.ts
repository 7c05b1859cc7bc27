import { type AppStory, BEGIN, TOLD_SOURCES, type Work } from "./story.ts";

/**
 * What a source shows at an instant: when it was last active, whether something is at work there, and where that hangs,
 * since when nothing else has shown.
 */
export type Shown = { readonly activeAt: number; readonly busy: boolean; readonly stillSince: number | undefined };

/**
 * What the user of one app really does, which the reaper does not know. Asked for instants in ascending order, from the
 * start of an incarnation on: nothing of before counts.
 */
export class Person {
  readonly #work: readonly (readonly Work[])[];
  readonly #next: number[] = [];
  readonly #doing: Work[][] = [];
  readonly #doneAt: number[] = [];
  readonly #since: number;
  readonly #hungAfter: number;

  constructor({ work }: AppStory, since: number, hungAfter: number) {
    [this.#since, this.#hungAfter] = [since, hungAfter];
    this.#work = TOLD_SOURCES.map((_, source) => work.filter((one) => one.source === source));
  }

  shown(source: number, now: number): Shown {
    this.#advance(source, now);
    let [activeAt, busy, hungSince] = [this.#doneAt[source] ?? -Infinity, false, Infinity];
    for (const one of this.#doing[source] ?? []) {
      if (one.hangs) hungSince = Math.max(BEGIN + one.from, this.#since);
      else activeAt = Math.max(activeAt, this.#lastOf(one, now));
      busy ||= one.every === 0;
    }
    if (hungSince === Infinity) return { activeAt, busy, stillSince: undefined };
    return { activeAt: now, busy, stillSince: Math.max(hungSince, activeAt) };
  }

  /** When the last thing that hangs now had done so for long enough; never where nothing does. */
  hungSince(now: number, notBefore: number): number {
    const since = TOLD_SOURCES.flatMap((_, source) => this.shown(source, now).stillSince ?? []);
    return since.length > 0 ? Math.max(notBefore, ...since) + this.#hungAfter : -Infinity;
  }

  /**
   * The instant of the last thing that the user did or had running until now, by what counts as such. What will have
   * hung for long enough by another instant does not.
   */
  lastActive(now: number, hungBy: number): number {
    let last = -Infinity;
    for (let source = 0; source < TOLD_SOURCES.length; source++) {
      const { activeAt, stillSince } = this.shown(source, now);
      const hangs = stillSince !== undefined && hungBy - stillSince >= this.#hungAfter;
      last = Math.max(last, hangs ? stillSince : activeAt);
    }
    return last;
  }

  /** Takes up what has begun, and remembers of what is over only when that was. */
  #advance(source: number, now: number): void {
    const work = this.#work[source] ?? [];
    const doing = (this.#doing[source] ??= []);
    let next = this.#next[source] ?? 0;
    for (let one = work[next]; one && BEGIN + one.from <= now; one = work[++next])
      if (BEGIN + one.to >= this.#since) doing.push(one);
    this.#next[source] = next;
    if (!doing.some(({ to }) => BEGIN + to < now)) return;
    for (const one of doing)
      if (BEGIN + one.to < now)
        this.#doneAt[source] = Math.max(this.#doneAt[source] ?? -Infinity, this.#lastOf(one, now));
    this.#doing[source] = doing.filter(({ to }) => BEGIN + to >= now);
  }

  /** The last instant at which one work showed; never where that was before this incarnation. */
  #lastOf({ from, to, every }: Work, now: number): number {
    const elapsed = Math.min(now - BEGIN, to) - from;
    // Epoch seconds are too coarse to divide to the last bit.
    const last = BEGIN + from + (every > 0 ? Math.floor(elapsed / every + 1e-6) * every : elapsed);
    return last >= this.#since ? last : -Infinity;
  }
}

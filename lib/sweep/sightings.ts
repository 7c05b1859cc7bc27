import type { AppKey } from "../domain/app.ts";
import type { Incarnation } from "./incarnations.ts";

/**
 * Remembers, for as long as the function stays warm, which apps were not in service, and since when those are that came
 * back. An app that starts again within a day may keep its creation time, so only this shows how young it is.
 */
export class Sightings {
  #down: ReadonlySet<AppKey> = new Set();
  #since: ReadonlyMap<AppKey, Date> = new Map();

  /** Takes note of a complete listing. */
  note(incarnations: ReadonlyMap<AppKey, Incarnation>, now: Date): void {
    const since = new Map<AppKey, Date>();
    for (const [key, { isInService }] of incarnations) {
      const seen = this.#down.has(key) ? now : this.#since.get(key);
      if (isInService && seen) since.set(key, seen);
    }
    this.#down = new Set([...incarnations].filter(([, { isInService }]) => !isInService).map(([key]) => key));
    this.#since = since;
  }

  /** When an app was first seen in service after another state; `undefined` where nobody saw that. */
  runningSince(key: AppKey): Date | undefined {
    return this.#since.get(key);
  }
}

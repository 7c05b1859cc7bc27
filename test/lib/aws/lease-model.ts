import type { LeaseStore, LeaseTerm, LeaseVersion } from "../../../lib/aws/lease-store.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { NOW } from "../builders.ts";

/** What Parameter Store promises of one parameter: versions that count up by one, each with a time by its one clock. */
export class ParameterModel {
  /** Seconds since the test began. */
  now = 0;
  readonly #versions: LeaseVersion[] = [];

  get clock(): Date {
    return secondsAfter(NOW, this.now);
  }

  put(term: LeaseTerm, first: boolean): number | "exists" {
    if (first && this.#versions.length > 0) return "exists";
    const version = this.#versions.length + 1;
    this.#versions.push({ ...term, version, writtenAt: this.clock });
    return version;
  }

  /** As of `lag` seconds ago: reads may be behind the writes. */
  newest(lag: number): LeaseVersion | undefined {
    return this.#versions.findLast(({ writtenAt }) => writtenAt <= secondsAfter(this.clock, -lag));
  }

  at(version: number, lag: number): LeaseVersion | undefined {
    const newest = this.newest(lag)?.version ?? 0;
    return version <= newest ? this.#versions[version - 1] : undefined;
  }
}

/**
 * What one call meets: how long it takes to arrive, how far behind a read is, whether its answer is lost and it is sent
 * again.
 */
export type CallFate = { readonly delay: number; readonly lag: number; readonly isRetried: boolean };

/** One holder's way to the parameter. `arrival` waits for its turn among the other holders' calls. */
export function storeOver(model: ParameterModel, arrival: () => Promise<CallFate>): LeaseStore {
  return {
    async newest() {
      const { lag } = await arrival();
      return model.newest(lag);
    },
    async at(version) {
      const { lag } = await arrival();
      return model.at(version, lag);
    },
    async write(term, first) {
      const { isRetried } = await arrival();
      const answer = model.put(term, first);
      if (!isRetried) return answer;
      await arrival();
      return model.put(term, first);
    },
  };
}

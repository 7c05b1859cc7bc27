import pThrottle from "p-throttle";

/** What AWS is planned to grant a whole account and region, in calls a second; the rest of the account lives off it too. */
const QUOTAS: Readonly<Record<string, number>> = {
  ListApps: 2,
  DeleteApp: 5,
  GetParametersByPath: 40,
  DescribeUserProfile: 20,
};

/** The part of each quota that a run paces itself to. */
const SHARE = 0.5;

/** Spaces out the calls of the sweeps, and counts them. */
export type Pace = {
  /** Waits until one more call of this operation is within the sweep's share; at once where it has no planned quota. */
  readonly wait: (operation: string) => Promise<void>;
  /** The largest share of a quota, taken over one minute, that the calls since this was last asked have used. */
  readonly takeQuotaShareUsed: () => number;
};

export function createPace(): Pace {
  const slots = new Map(Object.entries(QUOTAS).map(([operation, perSecond]) => [operation, paceTo(perSecond * SHARE)]));
  const shares = new Map<string, number>();
  return {
    async wait(operation) {
      await slots.get(operation)?.();
      const perMinute = 60 * (QUOTAS[operation] ?? Infinity);
      shares.set(operation, (shares.get(operation) ?? 0) + 1 / perMinute);
    },
    takeQuotaShareUsed() {
      const largest = Math.max(0, ...shares.values());
      shares.clear();
      return largest;
    },
  };
}

function paceTo(perSecond: number): () => Promise<void> {
  const limit = Math.ceil(perSecond);
  return pThrottle({ limit, interval: (1000 * limit) / perSecond })(() => Promise.resolve());
}

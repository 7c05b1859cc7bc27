import pThrottle from "p-throttle";

/**
 * The calls a second that AWS is assumed to grant a whole account and region. Everything else in the account shares
 * them.
 */
export const QUOTAS = {
  ListApps: 2,
  DeleteApp: 5,
  GetParametersByPath: 40,
  DescribeUserProfile: 20,
  DescribeSpace: 20,
} as const;

/** The part of each quota that one run uses at most. */
export const SHARE = 0.5;

/** Spaces out a run's calls, and counts them. */
export type RateLimiter = {
  /** Waits until one more call of this operation is within the run's share; at once where it has no known quota. */
  readonly wait: (operation: string) => Promise<void>;
  /** The largest share of a quota, taken over one minute, that the calls since this was last asked have used. */
  readonly takeQuotaShareUsed: () => number;
};

export function createRateLimiter(quotas: Readonly<Record<string, number>> = QUOTAS): RateLimiter {
  const turns = new Map(
    Object.entries(quotas).map(([operation, perSecond]) => [operation, limitTo(perSecond * SHARE)]),
  );
  const shares = new Map<string, number>();
  return {
    async wait(operation) {
      await turns.get(operation)?.();
      const perMinute = 60 * (quotas[operation] ?? Infinity);
      shares.set(operation, (shares.get(operation) ?? 0) + 1 / perMinute);
    },
    takeQuotaShareUsed() {
      const largest = Math.max(0, ...shares.values());
      shares.clear();
      return largest;
    },
  };
}

function limitTo(perSecond: number): () => Promise<void> {
  const limit = Math.ceil(perSecond);
  return pThrottle({ limit, interval: (1000 * limit) / perSecond })(() => Promise.resolve());
}

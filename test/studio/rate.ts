/** A bucket that refills with time: true while a call may pass. */
export function tokenBucket(perSecond: number, burst: number, now = (): number => performance.now()): () => boolean {
  let tokens = burst;
  let at = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + ((time - at) / 1000) * perSecond);
    at = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

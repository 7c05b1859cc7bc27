import assert from "node:assert/strict";
import { it } from "node:test";
import { createRateLimiter } from "../../../lib/aws/rate-limiter.ts";

for (const [operation, perSecond] of [
  ["ListApps", 2],
  ["DeleteApp", 5],
  ["GetParametersByPath", 40],
] as const)
  it(`a call of ${operation} counts against the quota of ${perSecond} a second`, async () => {
    const limiter = createRateLimiter();
    await limiter.wait(operation);
    assert.equal(limiter.takeQuotaShareUsed(), 1 / (60 * perSecond));
  });

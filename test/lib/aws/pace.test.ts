import assert from "node:assert/strict";
import { it } from "node:test";
import { createPace } from "../../../lib/aws/pace.ts";

for (const [operation, perSecond] of [
  ["ListApps", 2],
  ["DeleteApp", 5],
  ["GetParametersByPath", 40],
] as const)
  it(`a call of ${operation} is paced and counts against the ${perSecond} a second that are planned for`, async () => {
    const pace = createPace();
    await pace.wait(operation);
    assert.equal(pace.takeQuotaShareUsed(), 1 / (60 * perSecond));
  });

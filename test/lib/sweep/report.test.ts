import assert from "node:assert/strict";
import { it } from "node:test";
import { SweepFailed } from "../../../lib/sweep/report.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow } from "./apps-in-spaces.ts";

it("a sweep with failures fails with all of them, and its report", async () => {
  const report = await sweep(fakeAccount({}).ports, atNow);
  const failures = ["stopping a: InternalFailure", "stopping b: AccessDenied"].map((message) => new Error(message));
  const error = new SweepFailed({ ...report, failures });
  assert.equal(String(error), "SweepFailed: 2 failed: stopping a: InternalFailure; stopping b: AccessDenied");
  assert.deepEqual([error.errors, error.report], [failures, { ...report, failures }]);
});

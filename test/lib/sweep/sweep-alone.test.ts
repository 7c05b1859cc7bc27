import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Lease } from "../../../lib/domain/lease.ts";
import { sweepAlone } from "../../../lib/sweep/sweep-alone.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { aHeartbeat, anApp, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow } from "./apps-in-spaces.ts";

const app = anApp();
const account = (lease: Lease, faults = {}) => {
  const { ports, changes } = fakeAccount({ apps: [app], readings: new Map([[app.key, aHeartbeat()]]), ...faults });
  return { ports: { ...ports, lease }, changes };
};
const run = ({ ports }: ReturnType<typeof account>) => sweepAlone(ports, atNow, () => 299_500);

describe("a sweep beside others", () => {
  it("takes the lease for the time that its invocation has left, and gives it back", async () => {
    const events: unknown[] = [];
    const lease: Lease = {
      acquire(seconds) {
        events.push(seconds);
        return Promise.resolve({ kind: "acquired", release: () => Promise.resolve(void events.push("released")) });
      },
    };
    await run(account(lease));
    assert.deepEqual(events, [300, "released"]);
    await assert.rejects(run(account(lease, { policy: new Error("no policy") })));
    assert.deepEqual(events, [300, "released", 300, "released"]);
  });

  it("does nothing where another has the lease, and says until when", async () => {
    const until = secondsAfter(NOW, 200);
    const beside = account({ acquire: () => Promise.resolve({ kind: "held", until }) });
    assert.deepEqual(await run(beside), { skippedUntil: until });
    assert.deepEqual(beside.changes, []);
  });

  it("sweeps without a lease that cannot be taken or given back, and says so", async () => {
    const refused = account({ acquire: () => Promise.reject(new Error("AccessDenied")) });
    const stuck = account({
      acquire: () => Promise.resolve({ kind: "acquired", release: () => Promise.reject(new Error("Throttled")) }),
    });
    for (const [beside, says] of [
      [refused, "taking the sweep's lease: AccessDenied"],
      [stuck, "giving the sweep's lease back: Throttled"],
    ] as const) {
      const report = await run(beside);
      assert.ok("judged" in report);
      assert.deepEqual(
        [report.judged.map(({ outcome }) => outcome), report.failures.map(({ message }) => message)],
        [["stopped"], [says]],
      );
    }
  });
});

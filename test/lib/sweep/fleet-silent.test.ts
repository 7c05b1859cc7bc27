import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AppKey } from "../../../lib/domain/app.ts";
import type { Reading } from "../../../lib/domain/heartbeat.ts";
import { summarize } from "../../../lib/sweep/log-lines.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { ago, aHeartbeat, anAccountPolicy, anApp, aPolicy } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow } from "./apps-in-spaces.ts";

const HOUR = 3600;
const policy = anAccountPolicy({ defaults: aPolicy({ silentAfter: 4 * HOUR }) });
const busy = { kernels: 0, terminals: 0, cpu: 0, files: 0 };

/** Sweeps a fleet at work, so many of whose agents fell silent six hours ago; of so many others none was ever heard. */
async function sweepOf(fleet: { apps: number; fallen: number; unheard?: number }, of = policy) {
  const { apps: size, fallen, unheard = 0 } = fleet;
  const apps = Array.from({ length: size }, (_, i) =>
    anApp({ owner: { kind: "space", name: `space-${i}` }, createdAt: ago(10 * 86_400) }),
  );
  const readings = new Map<AppKey, Reading>(
    apps.slice(unheard).map(({ key }, i) => {
      const receivedAt = ago(i < fallen ? 6 * HOUR : 10);
      return [key, aHeartbeat({ up: 5 * 86_400, idle: busy }, receivedAt)];
    }),
  );
  const { ports, events, changes } = fakeAccount({ apps, readings, policy: of });
  const { breaker, outcomes } = summarize(await sweep(ports, atNow));
  return { breaker, stopped: outcomes["stopped"], held: outcomes["breaker"], events, changes };
}

describe("a sweep of a fleet whose agents fell silent together", () => {
  it("stops nobody for silence, and says so", async () => {
    const { events, ...rest } = await sweepOf({ apps: 20, fallen: 20 });
    assert.partialDeepStrictEqual(rest, { breaker: "fleet-silent", stopped: 0, held: 20 });
    assert.deepEqual(
      events.map(({ detail }) => "cause" in detail && [detail.cause, detail.apps, detail.affected]),
      [["fleet-silent", 20, 20]],
    );
    assert.match(events[0]?.detail.text ?? "", /20 of 20 running apps that are stopped for silence/);
  });

  it("counts only apps that the policy stops for silence", async () => {
    const defaults = aPolicy();
    const rule = { match: { space: (name: string) => /^space-.$/.test(name) }, set: { silentAfter: 4 * HOUR } };
    const some = anAccountPolicy({ defaults, rules: [rule] });
    assert.partialDeepStrictEqual(await sweepOf({ apps: 100, fallen: 10 }, some), {
      breaker: "fleet-silent",
      held: 10,
    });
  });

  it("stops a few that fell silent, up to five or the policy's share", async () => {
    assert.partialDeepStrictEqual(await sweepOf({ apps: 10, fallen: 5 }), { breaker: null, stopped: 5 });
    assert.partialDeepStrictEqual(await sweepOf({ apps: 100, fallen: 20 }), { breaker: null, stopped: 20 });
    assert.partialDeepStrictEqual(await sweepOf({ apps: 100, fallen: 21 }), { breaker: "fleet-silent", held: 21 });
  });

  it("stops those whose agent was never heard, however many", async () => {
    assert.partialDeepStrictEqual(await sweepOf({ apps: 40, fallen: 0, unheard: 30 }), { breaker: null, stopped: 30 });
  });

  it("stops them all where the policy allows any share", async () => {
    const budget = { ...policy.budget, missingShare: 1 };
    assert.partialDeepStrictEqual(await sweepOf({ apps: 20, fallen: 20 }, { ...policy, budget }), { stopped: 20 });
  });
});

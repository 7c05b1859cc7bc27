import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../account/account.ts";
import type { Expectation } from "./situations/situation.ts";
import type { Schedule } from "./stage.ts";

/** After how many seconds an app is idle in the gauntlet. */
export const TIMEOUT = 24;
/** What a full machine may take longer; who is right does not wait for it. */
const PATIENCE = 180;

/**
 * Holds that an app becomes what it must: a stop comes no earlier than a timeout after the last activity, given in
 * epoch milliseconds; a stay lasts three timeouts.
 */
export async function judge(
  account: Account,
  schedule: Schedule,
  space: string,
  expected: Expectation,
  lastActivity: number,
): Promise<void> {
  if (expected.must === "stop") {
    const { at, reason } = await schedule.until(space, ({ outcome }) => outcome === "stopped", TIMEOUT + PATIENCE);
    assert.equal(reason, "idle");
    const idleFor = (at - lastActivity) / 1000;
    assert.ok(idleFor >= TIMEOUT, `stopped ${idleFor} s after its last activity`);
    return;
  }
  await schedule.until(space, ({ reason }) => expected.because.test(reason), PATIENCE);
  await sleep(3 * TIMEOUT * 1000);
  assert.equal((await account.describeApp(space)).Status, "InService");
  const reasons = schedule.of(space, Date.now() - TIMEOUT * 1000).map(({ reason }) => reason);
  // Not each of them: on a full machine, one that computes is at times seen while it waits for its turn.
  assert.ok(
    reasons.some((reason) => expected.because.test(reason)),
    `kept because of ${[...new Set(reasons)].join()}`,
  );
}

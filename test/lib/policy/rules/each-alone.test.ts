import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { assessHeartbeat, type HeartbeatAssessment } from "../../../../lib/policy/assess-heartbeat.ts";
import type { VerdictRule } from "../../../../lib/policy/facts.ts";
import { idleTime } from "../../../../lib/policy/idle-time.ts";
import { badHeartbeat } from "../../../../lib/policy/rules/bad-heartbeat.ts";
import { busy } from "../../../../lib/policy/rules/busy.ts";
import { connected } from "../../../../lib/policy/rules/connected.ts";
import { idle } from "../../../../lib/policy/rules/idle.ts";
import { noHeartbeat } from "../../../../lib/policy/rules/no-heartbeat.ts";
import { recentlyActive } from "../../../../lib/policy/rules/recently-active.ts";
import { staleHeartbeat } from "../../../../lib/policy/rules/stale-heartbeat.ts";
import { unknownActivity } from "../../../../lib/policy/rules/unknown-activity.ts";
import { warned } from "../../../../lib/policy/rules/warned.ts";
import { apps, policies, readings } from "../../arbitraries.ts";
import { NOW } from "../../builders.ts";

type Kind = HeartbeatAssessment["kind"];

/** The kinds of heartbeats on which each of these rules has a verdict, wherever it stands in the table. */
const RULES: readonly (readonly [name: string, rule: VerdictRule, kinds: readonly Kind[]])[] = [
  ["no-heartbeat", noHeartbeat, ["none"]],
  ["stale-heartbeat", staleHeartbeat, ["stale"]],
  ["bad-heartbeat", badHeartbeat, ["unreadable", "unbelievable"]],
  ["unknown-activity", unknownActivity, ["believed"]],
  ["busy", busy, ["believed"]],
  ["connected", connected, ["believed"]],
  ["recently-active", recentlyActive, ["believed"]],
  ["warned", warned, ["believed"]],
  ["idle", idle, ["believed"]],
];

const facts = fc
  .record({ app: apps, reading: readings, policy: policies })
  .map(({ app, reading, policy }) => ({ app, heartbeat: assessHeartbeat(app, reading, NOW), policy, now: NOW }));

describe("whatever rules come before it", () => {
  for (const [name, rule, kinds] of RULES) {
    it(`${name} says nothing but of a heartbeat that is ${kinds.join(" or ")}`, () => {
      fc.assert(
        fc.property(facts, (of) => {
          if (!kinds.includes(of.heartbeat.kind)) assert.equal(rule(of), undefined);
        }),
        { numRuns: 500 },
      );
    });
  }

  it("idle stops no app before it has been idle for its timeout", () => {
    fc.assert(
      fc.property(facts, (of) => {
        const found = idleTime(of);
        if (found === undefined || found.idleSeconds < found.timeoutSeconds) assert.equal(idle(of), undefined);
      }),
      { numRuns: 500 },
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AgentState } from "../../../lib/policy/coverage.ts";
import { examineSilence } from "../../../lib/policy/fleet-silence.ts";
import { keep, type Verdict } from "../../../lib/policy/verdict.ts";
import { NOW } from "../builders.ts";

const silent: Verdict = { verdict: "stop", reason: "silent", detail: "", why: "", idleSeconds: null, eligibleAt: NOW };
const idle: Verdict = { ...silent, reason: "idle" };
const kept = keep("recently-active", "");

type Listener = Parameters<typeof examineSilence>[0][number];

/** So many apps of one kind, which the policy stops for silence. */
const apps = (count: number, agent: AgentState, verdict: Verdict): Listener[] =>
  Array.from({ length: count }, () => ({ agent, verdict, policy: { silentAfter: 3600 } }));
/** So many that it does not. */
const heedless = (count: number, agent: AgentState, verdict: Verdict): Listener[] =>
  Array.from({ length: count }, () => ({ agent, verdict, policy: {} }));

describe("agents that fall silent together", () => {
  const cases: readonly (readonly [what: string, fleet: readonly Listener[], share: number, trip: string])[] = [
    ["are five of a small fleet", apps(5, "dead", silent), 0.2, "none"],
    ["are six of it", apps(6, "dead", silent), 0.2, "6 of 6"],
    ["are just the share", [...apps(20, "dead", silent), ...apps(80, "live", kept)], 0.2, "none"],
    ["are more than the share", [...apps(21, "dead", silent), ...apps(79, "live", kept)], 0.2, "21 of 100"],
    ["are more than a share that is any", apps(40, "dead", silent), 1, "none"],
    ["never had an agent", apps(40, "none", silent), 0.2, "none"],
    ["are dead, but not for long enough", apps(40, "dead", kept), 0.2, "none"],
    ["are dead, and idle by what they said last", apps(40, "dead", idle), 0.2, "none"],
    ["are none that the policy stops for silence", heedless(40, "dead", silent), 0.2, "none"],
    [
      "are a share of those that it does",
      [...apps(10, "dead", silent), ...heedless(90, "live", kept)],
      0.2,
      "10 of 10",
    ],
    ["are a share of watched apps", [...apps(10, "dead", silent), ...apps(90, "not-watched", kept)], 0.2, "10 of 10"],
  ];
  for (const [what, fleet, share, expected] of cases) {
    it(`${what}: ${expected}`, () => {
      const trip = examineSilence(fleet, share);
      assert.equal(trip === undefined ? "none" : `${trip.affected} of ${trip.apps}`, expected);
      assert.equal(trip?.cause, expected === "none" ? undefined : "fleet-silent");
    });
  }
});

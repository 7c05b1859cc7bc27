import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BREAKAGES } from "./breakages.ts";
import { PROVOCATIONS } from "./provocations.ts";
import { shrink } from "./shrink.ts";
import { type Options, simulate } from "./simulate.ts";
import type { Violation } from "./watch.ts";
import { type Sample, type WriteReason, WriteSchedule } from "./write-schedule.ts";

/** A schedule that leaves out one reason to write. */
function without(reason: WriteReason): Options {
  class Silent extends WriteSchedule {
    override reasonToWrite(sample: Sample): WriteReason | undefined {
      const found = super.reasonToWrite(sample);
      return found === reason ? undefined : found;
    }
  }
  return { makeSchedule: (fraction) => new Silent(fraction) };
}

type Case = { story: keyof typeof PROVOCATIONS; breaks: string; options: Options; invariant: Violation["invariant"] };
const broken = (
  breaks: keyof typeof BREAKAGES,
  story: keyof typeof PROVOCATIONS,
  invariant: Violation["invariant"],
): Case => ({ story, breaks, options: { breakage: BREAKAGES[breaks] }, invariant });

const AT_WORK = "nobody at work is stopped";
const WORD = "an app is stopped on a word of its own incarnation, in force";
const ALL_STOPPED = "every idle app is stopped";
const CASES: readonly Case[] = [
  broken("silence counts as idleness", "atWorkAllDay", AT_WORK),
  broken("what cannot be read is idle", "serverDownAtWork", AT_WORK),
  broken("work in progress counts for nothing", "inATraining", AT_WORK),
  broken("a heartbeat holds for ever", "agentDiesAndTheTimeoutIsLowered", WORD),
  broken("a heartbeat of before the restart counts", "restartsAndTheAgentDoesNotStart", WORD),
  broken("nothing is confirmed before a stop", "comesBackDuringTheStops", AT_WORK),
  broken("the budget does not bind", "aDozenAreIdleAtOnce", "no sweep stops more than its budget"),
  broken("the breaker does not trip", "nearlyAllAreIdleAtOnce", "the breaker holds back everything"),
  broken("a dry run stops", "oneIsIdleInADryRun", "a dry run stops nothing"),
  broken("a listing that breaks off counts as whole", "listingsFail", "every app gets one verdict"),
  broken("one failing app ends the stops", "oneCannotBeDeleted", ALL_STOPPED),
  broken("a stop is said and not done", "oneIsIdle", ALL_STOPPED),
  { breaks: "agents do not tell of a return", story: "comesBackInTime", options: without("resumed"), invariant: AT_WORK },
  { breaks: "agents do not tell of a crossing", story: "oneIsIdle", options: without("crossed"), invariant: ALL_STOPPED },
];

describe("a broken rule", () => {
  for (const { breaks, story, options, invariant } of CASES)
    it(`is noticed: ${breaks}`, async (context) => {
      const { violations } = await simulate(PROVOCATIONS[story], options);
      const found = violations.find((violation) => violation.invariant === invariant);
      assert.ok(found, `it did not break that ${invariant}; it broke ${JSON.stringify(violations[0])}`);
      context.diagnostic(JSON.stringify(found));
    });
});

describe("the sweep as it is", () => {
  for (const [name, story] of Object.entries(PROVOCATIONS))
    it(`stands ${name}`, async () => {
      const { violations } = await simulate(story);
      assert.deepEqual(violations, []);
    });
});
void shrink;

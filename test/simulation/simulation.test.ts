import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BREAKAGES } from "./breakages.ts";
import { judgeStory } from "./judge-story.ts";
import { PROVOCATIONS } from "./provocations.ts";
import { shrink } from "./shrink.ts";
import { type Options, simulate } from "./simulate.ts";
import type { Invariant } from "./invariants.ts";
import { writeStory } from "./write-story.ts";
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

type Case = { story: keyof typeof PROVOCATIONS; breaks: string; options: Options; invariant: Invariant };
const broken = (breaks: keyof typeof BREAKAGES, story: keyof typeof PROVOCATIONS, invariant: Invariant): Case => ({
  story,
  breaks,
  options: { breakage: BREAKAGES[breaks] },
  invariant,
});

const AT_WORK = "nobody at work is stopped";
const WORD = "an app is stopped on a word of its own incarnation, in force";
const KEPT = "what its user or a tag keeps is not stopped";
const TOO_LONG = "no wish and no tag keeps for longer than it may";
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
  broken("nobody is warned", "oneIsIdleAndIsWarned", "nobody is stopped without a warning"),
  broken("working hours do not count", "oneIsIdleOutsideWorkingHours", AT_WORK),
  broken("a wish is not heard", "keptByItsUser", KEPT),
  broken("a wish that is over keeps", "keptAndItsAgentDies", TOO_LONG),
  broken("what keeps an app has no limit", "keptForTooLong", TOO_LONG),
  broken("what keeps an app has no limit", "taggedForTooLong", TOO_LONG),
  broken("the tag that exempts is not read", "exemptByATag", "an exempt app is never stopped"),
  broken("a tag that says no exempts", "exemptForAnHour", TOO_LONG),
  broken("the tag that keeps is not read", "keptByATag", KEPT),
  broken("a tag whose date is over keeps", "keptByATag", TOO_LONG),
  broken("a dry run stops", "oneIsIdleInADryRun", "a dry run stops nothing"),
  broken("a listing that breaks off counts as whole", "listingsFail", "every app gets one verdict"),
  broken("one failing app ends the stops", "oneCannotBeDeleted", ALL_STOPPED),
  broken("a stop is said and not done", "oneIsIdle", ALL_STOPPED),
  {
    breaks: "agents do not tell of a return",
    story: "comesBackInTime",
    options: without("resumed"),
    invariant: AT_WORK,
  },
  {
    breaks: "agents do not tell of a wish",
    story: "takesItsWishBack",
    options: without("asked"),
    invariant: TOO_LONG,
  },
  {
    breaks: "agents do not tell of a crossing",
    story: "oneIsIdle",
    options: without("crossed"),
    invariant: ALL_STOPPED,
  },
];

describe("a broken rule", () => {
  for (const { breaks, story, options, invariant } of CASES)
    it(`is noticed: ${breaks}, where ${story}`, async (context) => {
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

describe("a fleet over days, with all that goes wrong", () => {
  it("is stopped when it is idle, and nobody at work", async (context) => {
    const size = { apps: 25, days: 2, scheduleSeconds: 60, faulty: true };
    const { complaint, appHours, stops } = await judgeStory(1, size, console.error);
    context.diagnostic(`${appHours.toFixed(0)} app-hours, ${stops} stops`);
    assert.equal(complaint, undefined);
  });
});

it("shrinks a story to what it takes to break a rule", async () => {
  const story = writeStory(5, { apps: 12, days: 0.7, scheduleSeconds: 60, faulty: true });
  const options = { breakage: BREAKAGES["work in progress counts for nothing"] };
  const { violations } = await simulate(story, { ...options, toFirstViolation: true });
  const [violation] = violations;
  assert.ok(violation);
  const shortest = await shrink(story, violation, options);
  assert.equal(shortest.violation.invariant, violation.invariant);
  const work = shortest.story.apps.flatMap((app) => app.work);
  assert.ok(shortest.story.apps.length <= 3 && work.length <= 3, JSON.stringify(shortest));
});

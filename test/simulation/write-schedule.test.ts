import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import * as v from "valibot";
import { devTools } from "../studio/python.ts";
import { AgentWishes, wordOf } from "./agent-wishes.ts";
import { type Followed, type Sample, WriteSchedule } from "./write-schedule.ts";

const STORIES = 24;
const HOURS = 12;

const seconds = fc.double({ min: 0, max: HOURS * 3600, noNaN: true }).map((instant) => Math.round(instant * 8) / 8);
const work = fc.tuple(seconds, fc.constantFrom(0, 10, 300, 9000), fc.boolean()).map(([from, lasts, hangs]) => ({
  from,
  to: from + lasts,
  hangs: hangs && lasts > 300,
}));
const source = fc.record({
  work: fc.array(work, { maxLength: 12 }),
  blind: fc.array(
    fc.tuple(seconds, fc.constantFrom(5, 100, 2000)).map(([from, lasts]) => [from, from + lasts] as const),
    { maxLength: 2 },
  ),
});
const timeouts = fc
  .uniqueArray(fc.constantFrom(600, 900, 1800, 3600), { minLength: 1 })
  .map((all) => all.sort((a, b) => a - b));
const instructions = fc.record({
  at: seconds,
  says: fc.record({
    sampleSeconds: fc.constantFrom(30, 60, 300),
    cadenceSeconds: fc.constantFrom(300, 900, 3600),
    timeouts,
    hungAfter: fc.constantFrom([1200], [3600, 7200]),
  }),
});
const request = fc.record({
  at: seconds,
  for: fc.constantFrom(0, 20, 600, 3600, 100_000),
  isProgram: fc.boolean(),
});
const stories = fc.record({
  seconds: fc.constant(HOURS * 3600),
  sources: fc.record({ kernels: source, terminals: source, files: source }),
  requests: fc.array(request, { maxLength: 8 }).map((all) => all.sort((a, b) => a.at - b.at)),
  keepAtMost: fc.array(fc.constantFrom(300, 7200, 86_400), { minLength: 3, maxLength: 3 }),
  instructions: fc.array(instructions, { maxLength: 3 }).map((all) => all.sort((a, b) => a.at - b.at)),
  failing: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 10 }),
  chances: fc.array(
    fc.integer({ max: 64, min: 0 }).map((part) => part / 64),
    { minLength: 200, maxLength: 200 },
  ),
});
type Story = typeof stories extends fc.Arbitrary<infer T> ? T : never;
/** When, why, and what is said of a wish. */
type Writes = [number, string, unknown][];

test("a simulated agent writes when the real one does, and for the same reason", async () => {
  const played = fc.sample(stories, { seed: 12, numRuns: STORIES });
  const { python } = await devTools();
  const real = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      python,
      [join(import.meta.dirname, "play_schedule.py")],
      { maxBuffer: 1e8 },
      (error, stdout) => {
        if (error) reject(new Error(error.message, { cause: error }));
        else resolve(stdout);
      },
    );
    child.stdin?.end(played.map((story) => `${JSON.stringify(story)}\n`).join(""));
  });
  const Told = v.array(v.tuple([v.number(), v.string(), v.unknown()]));
  const lines = real.trim().split("\n");
  assert.equal(lines.length, STORIES);
  for (const [i, story] of played.entries())
    assert.deepEqual(play(story), v.parse(Told, JSON.parse(lines[i] ?? "")), JSON.stringify(story));
});

function play(story: Story): Writes {
  const chances = story.chances.values();
  const schedule = new WriteSchedule(() => chances.next().value ?? 0.5);
  const wishes = new AgentWishes();
  const requests = [...story.requests];
  const writes: Writes = [];
  for (let now = 0, tries = 0; now < story.seconds;) {
    const atMost = story.keepAtMost[Math.floor((3 * now) / story.seconds)] ?? 0;
    for (; requests[0] && requests[0].at <= now; requests.shift()) wishes.ask(requests[0], atMost, now);
    wishes.look(atMost, now);
    const wish = wishes.longest(now, schedule.leaseSeconds);
    const sample = { ...look(story, now), wish };
    const reason = schedule.reasonToWrite(sample);
    if (reason) {
      writes.push([now, reason, wish ? wordOf(wish, now, schedule.leaseSeconds) : null]);
      if (story.failing.includes(++tries)) schedule.failed(now);
      else {
        schedule.succeeded(sample);
        const told: Followed | undefined = story.instructions.findLast(({ at }) => at <= now)?.says;
        if (told) schedule.follow(told);
      }
    }
    now = Math.max(schedule.nextLook(sample), now + 0.02);
  }
  return writes;
}

function look({ sources }: Story, now: number): Sample {
  const [idle, activeAt, still]: [(number | null)[], number[], number[]] = [[], [], []];
  for (const { work, blind } of [sources.kernels, sources.terminals, sources.files]) {
    const shown = work.filter(({ from }) => from <= now);
    const isBusy = shown.some(({ to }) => now <= to);
    const active = isBusy ? now : Math.max(0, ...shown.map(({ to }) => to));
    activeAt.push(active);
    idle.push(blind.some(([from, to]) => from <= now && now < to) ? null : Math.floor(now - active));
    const hung = shown.filter(({ to, hangs }) => hangs && now <= to).map(({ from }) => from);
    still.push(hung.length > 0 ? Math.floor(now - Math.max(...hung)) : 0);
  }
  return { boot: now, idle, activeAt, still, connections: 0 };
}

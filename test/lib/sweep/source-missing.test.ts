import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AppKey } from "../../../lib/domain/app.ts";
import type { Heartbeat, Reading } from "../../../lib/domain/heartbeat.ts";
import { secondsAfter } from "../../../lib/policy/time.ts";
import { summarize } from "../../../lib/sweep/log-lines.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { ago, aHeartbeat, anAccountPolicy, anApp, NOW } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";

const HOUR = 3600;
const busy: Heartbeat["idle"] = { kernels: 0, terminals: 9000, cpu: 9000, files: 9000 };
const blind: Heartbeat["idle"] = { terminals: 9000, cpu: 9000, files: 9000 };

type Agent = "live" | "dead" | "lying";

function readingOf(agent: Agent, idle: Heartbeat["idle"], now: Date): Reading {
  const up = agent === "lying" ? 50 * 86_400 : 5 * 86_400;
  return aHeartbeat({ up, idle }, secondsAfter(now, agent === "dead" ? -9000 : -10));
}

/** A fleet at work in its kernels, swept at one hour after another. */
function aFleet(size: number, policy = anAccountPolicy()) {
  const apps = Array.from({ length: size }, (_, i) =>
    anApp({ owner: { kind: "space", name: `space-${i}` }, createdAt: ago(10 * 86_400) }),
  );
  const readings = new Map<AppKey, Reading>();
  const { ports, events, changes } = fakeAccount({ apps, readings, policy });
  const at = async (
    hour: number,
    idleOf: (i: number) => Heartbeat["idle"],
    agentOf: (i: number) => Agent = () => "live",
  ) => {
    const now = secondsAfter(NOW, hour * HOUR);
    for (const [i, { key }] of apps.entries()) readings.set(key, readingOf(agentOf(i), idleOf(i), now));
    const report = await sweep(ports, () => now);
    const { breaker, outcomes, coverage } = summarize(report);
    return { breaker, stopped: outcomes["stopped"], held: outcomes["breaker"], incomplete: coverage["incomplete"] };
  };
  return { at, events, changes, ports };
}

describe("a sweep of a fleet whose agents lose a source at once", () => {
  it("stops nobody, though all look idle by the other sources, and says so by its own word, once", async () => {
    const { at, events } = aFleet(30);
    const quiet = { breaker: null, stopped: 0, held: 0, incomplete: 0 };
    assert.deepEqual(await at(0, () => busy), quiet);
    const tripped = { breaker: "source-missing", stopped: 0, held: 30, incomplete: 30 };
    for (const hour of [1, 4, 9, 24]) assert.deepEqual(await at(hour, () => blind), tripped);
    assert.deepEqual(
      events.map(({ type, detail }) => [type, "cause" in detail && [detail.cause, detail.source, detail.affected]]),
      [["breaker", ["source-missing", "kernels", 30]]],
    );
    assert.match(events[0]?.detail.text ?? "", /30 of 30 running apps report no kernels any more/);
    assert.deepEqual(await at(25, () => busy), quiet);
  });

  it("stops again once the policy allows any share of the fleet to lack a source", async () => {
    const allowed = anAccountPolicy({ budget: { maxStops: 50, maxShare: 0.5, breakerShare: 0.6, missingShare: 1 } });
    const { at } = aFleet(30, allowed);
    await at(0, () => busy);
    assert.partialDeepStrictEqual(await at(1, () => blind), { breaker: null, stopped: 30 });
  });

  it("goes on where it happens over days, and in a fleet of five", async () => {
    const slow = aFleet(60);
    for (let hour = 0; hour < 96; hour += 3) {
      const { breaker } = await slow.at(hour, (i) => (i < hour / 2 ? { ...blind, cpu: 0 } : busy));
      assert.equal(breaker, null, `hour ${hour}`);
    }
    const small = aFleet(5);
    await small.at(0, () => busy);
    assert.equal((await small.at(1, () => blind)).breaker, null);
  });

  it("gives each app one verdict meanwhile, also those in which work goes on", async () => {
    const { at, ports } = aFleet(30);
    await at(0, () => busy);
    const working = { terminals: 9000, cpu: 5, files: 9000 };
    assert.partialDeepStrictEqual(await at(1, (i) => (i < 15 ? working : blind)), { held: 15, incomplete: 30 });
    const { judged } = await sweep(ports, () => secondsAfter(NOW, HOUR));
    assert.equal(judged.length, 30);
  });

  it("counts no app whose agent is dead or lies", async () => {
    const { at } = aFleet(40);
    await at(0, () => busy);
    const agentOf = (i: number): Agent => (["live", "dead", "live", "lying"] as const)[i % 4] ?? "live";
    const found = await at(1, (i) => (agentOf(i) === "live" ? busy : blind), agentOf);
    assert.partialDeepStrictEqual(found, { breaker: null, incomplete: 0 });
  });

  it("tells nobody of it in a dry run, and logs it", async () => {
    const { at, events } = aFleet(30, anAccountPolicy({ mode: "dry-run" }));
    await at(0, () => busy);
    assert.equal((await at(1, () => blind)).breaker, "source-missing");
    assert.deepEqual(events, []);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readHeartbeat, type Source } from "../../../lib/domain/heartbeat.ts";
import { assessHeartbeat } from "../../../lib/policy/assess-heartbeat.ts";
import { budgetStops } from "../../../lib/policy/budget.ts";
import { InvalidPolicy, parsePolicy } from "../../../lib/policy/document.ts";
import { VERDICT_RULES } from "../../../lib/policy/rules/verdict-rules.ts";
import { secondsBetween } from "../../../lib/policy/time.ts";
import { timeoutAt } from "../../../lib/policy/timeouts.ts";
import { apps, heartbeats, notices, policies, policiesForIdleness, readings, receivedAt } from "../arbitraries.ts";
import { ago, aHeartbeat, anApp, aPolicy, NOW, verdictOn } from "../builders.ts";

const check = <T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>) => {
  fc.assert(property, { numRuns: 2000 });
};

describe("whatever an agent says", () => {
  it("never stops an app with a counted source active inside its timeout, busy, or unknown", () => {
    check(
      fc.property(apps, heartbeats, receivedAt, policiesForIdleness, (app, heartbeat, at, policy) => {
        const counted = policy.sources.filter((source) => source !== "terminals" || !policy.skipTerminals);
        const still = (source: Source) => heartbeat.busy[source]?.still ?? 0;
        const hangs = (source: Source) => still(source) >= policy.hungAfter;
        const idle = counted.map((source) =>
          hangs(source) && typeof heartbeat.idle[source] === "number" ? still(source) : heartbeat.idle[source],
        );
        // The editor's note alone counts for `hungAfter` at most.
        const others = idle.filter((seconds, i) => counted[i] !== "editor" && typeof seconds === "number");
        const editorIsAlone = others.length > 0 && others.every((seconds) => Number(seconds) > policy.hungAfter);
        const active = idle.some(
          (seconds, i) =>
            seconds === null ||
            (seconds !== undefined && seconds < timeoutAt(policy, NOW) && !(editorIsAlone && counted[i] === "editor")),
        );
        const busy = counted.some(
          (source) => !["files", "editor"].includes(source) && heartbeat.busy[source] !== undefined && !hangs(source),
        );
        // No server of a Code Editor app counts who is connected: there, nothing said is nothing open.
        const connections = app.type === "CodeEditor" ? (heartbeat.connections ?? 0) : heartbeat.connections;
        const open = !policy.ignoreConnections && connections !== 0;
        fc.pre(active || busy || (open && heartbeat.idle.kernels !== undefined));
        assert.equal(verdictOn(app, { kind: "heartbeat", receivedAt: at, heartbeat }, policy).verdict, "keep");
      }),
    );
  });

  it("stops only apps in service, on a heartbeat in force, or where the policy opts in for silence or age", () => {
    check(
      fc.property(apps, readings, policies, (app, reading, policy) => {
        const verdict = verdictOn(app, reading, policy);
        fc.pre(verdict.verdict === "stop");
        assert.equal(app.status, "InService");
        if (verdict.reason === "silent") {
          assert.notEqual(policy.silentAfter, undefined);
          return;
        }
        if (verdict.reason === "max-age") {
          assert.ok(policy.maxAge !== undefined && secondsBetween(app.createdAt, NOW) >= policy.maxAge);
          return;
        }
        assert.ok(reading.kind === "heartbeat");
        assert.ok(reading.receivedAt >= app.createdAt);
        assert.ok(secondsBetween(reading.receivedAt, NOW) <= reading.heartbeat.renewIn);
      }),
    );
  });

  it("stops no idle app without a warning that could be read for as long as the policy says, but for the bound", () => {
    const idle = fc.integer({ min: 0, max: 10_000 });
    const said = fc.option(fc.record({ id: fc.constantFrom("one", "two"), for: fc.nat(5000) }), { nil: undefined });
    let stops = 0;
    check(
      fc.property(idle, said, fc.nat(1000), notices, fc.integer({ min: 1, max: 2000 }), (...drawn) => {
        const [idleSeconds, notice, heardAgo, known, warnBefore] = drawn;
        const heartbeat = { idle: { kernels: idleSeconds }, ...(notice && { notice }) };
        const policy = aPolicy({ idleTimeInSeconds: 1000, warnBefore });
        const verdict = verdictOn(anApp(), aHeartbeat(heartbeat, ago(heardAgo)), policy, { notice: known });
        if (verdict.verdict === "keep") return;
        stops += 1;
        const warnSeconds = Math.min(warnBefore, 500);
        assert.ok(idleSeconds >= 1000 && known.kind === "notice" && known.notice.kind === "warned");
        const given = secondsBetween(known.writtenAt, NOW);
        const isNamed = notice?.id === known.notice.id && given >= heardAgo;
        const read = isNamed ? Math.min(given, heardAgo + notice.for) : 0;
        assert.ok(read >= warnSeconds || given >= 2 * warnSeconds + 300);
        assert.ok(given <= heardAgo + idleSeconds);
      }),
    );
    assert.ok(stops > 100, `only ${stops} of these were stops`);
  });

  it("gives every app a verdict by one of the rules, with a reason in words, and never throws", () => {
    check(
      fc.property(apps, readings, policies, (app, reading, policy) => {
        const facts = { app, heartbeat: assessHeartbeat(app, reading, NOW), policy, now: NOW };
        assert.ok(VERDICT_RULES.some((rule) => rule(facts)));
        assert.notEqual(verdictOn(app, reading, policy).detail, "");
      }),
    );
  });

  it("keeps an app whose heartbeat is any text but a well-formed report of idleness", () => {
    const shapes = [
      fc.string({ maxLength: 6000 }),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ v: 1, up: 90_000, sampleEvery: 60, renewIn: 900, idle: value })),
    ];
    check(
      fc.property(fc.oneof(...shapes), (text) => {
        const reading = readHeartbeat(text, ago(10));
        assert.equal(verdictOn(anApp(), reading, aPolicy()).verdict, "keep");
      }),
    );
  });

  it("reads back the heartbeats that agents write", () => {
    check(
      fc.property(heartbeats, (heartbeat) => {
        assert.deepEqual(readHeartbeat(JSON.stringify(heartbeat), NOW), {
          kind: "heartbeat",
          receivedAt: NOW,
          heartbeat,
        });
      }),
    );
  });

  it("never makes a stop out of a keep by a higher timeout", () => {
    check(
      fc.property(apps, readings, policies, fc.nat(10_000), (app, reading, policy, more) => {
        fc.pre(verdictOn(app, reading, policy).verdict === "keep");
        assert.equal(
          verdictOn(app, reading, { ...policy, idleTimeInSeconds: policy.idleTimeInSeconds + more }).verdict,
          "keep",
        );
      }),
    );
  });
});

describe("a setting that would stop everything", () => {
  const nonsenseFrom = (most: number) =>
    fc.oneof(
      fc.integer({ max: most }),
      fc.double({ max: most, noNaN: true }).filter((value) => value !== 0 || most === 0),
      fc.constantFrom("''", "~", ".nan", ".inf", "'3600'", "-1h", "1h 5m", "[]", "{}", "true", "0x"),
    );
  for (const [field, most] of [
    ["idleTimeInSeconds", 0],
    ["minRuntime", -1],
    ["silentAfter", 0],
    ["maxAge", 0],
  ] as const) {
    it(`is refused as ${field}, by name`, () => {
      check(
        fc.property(nonsenseFrom(most), (value) => {
          assert.throws(
            () => parsePolicy(`version: 1\nmode: live\ndefaults: {${field}: ${String(value)}}`, "policy.yml"),
            (error) => error instanceof InvalidPolicy && error.message.includes(`defaults.${field}`),
          );
        }),
      );
    });
  }
});

describe("a budget", () => {
  const limits = fc.record({
    maxStops: fc.integer({ min: 1, max: 200 }),
    maxShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
    breakerShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
    missingShare: fc.constant(1),
  });
  const stop = (idleSeconds: number | null) => ({
    verdict: { verdict: "stop", reason: "idle", detail: "", why: "", idleSeconds, eligibleAt: NOW } as const,
  });
  const wanted = (atLeast: number) =>
    fc.array(fc.option(fc.nat(100_000)).map(stop), { minLength: atLeast, maxLength: 300, size: "max" });

  it("is never exceeded, and holds back what it does not allow", () => {
    check(
      fc.property(wanted(0), limits, fc.nat(2000), (stops, limit, others) => {
        const fleetSize = stops.length + others;
        const { allowed, held, trip } = budgetStops(stops, limit, { size: fleetSize, warned: 0 });
        assert.ok(allowed.length <= limit.maxStops);
        assert.ok(allowed.length <= Math.max(50, limit.maxShare * fleetSize));
        assert.deepEqual(new Set([...allowed, ...held]), new Set(stops));
        assert.equal(allowed.length + held.length, stops.length);
        if (trip) assert.equal(allowed.length, 0);
      }),
    );
  });

  it("stops nothing where more than its breaker's share of a fleet is idle at once", () => {
    check(
      fc.property(wanted(51), limits, fc.nat(50), (stops, limit, others) => {
        const fleetSize = stops.length + others;
        fc.pre(stops.length > 50 && stops.length > limit.breakerShare * fleetSize);
        assert.deepEqual(budgetStops(stops, limit, { size: fleetSize, warned: 0 }), {
          allowed: [],
          held: stops,
          trip: { cause: "fleet-idle", apps: fleetSize, affected: stops.length },
        });
      }),
    );
  });

  it("allows the idlest apps first", () => {
    const stops = [3600, 90_000, null, 7200].map(stop);
    const { allowed } = budgetStops(
      stops,
      { maxStops: 2, maxShare: 1, breakerShare: 1, missingShare: 1 },
      { size: 4, warned: 0 },
    );
    assert.deepEqual(
      allowed.map(({ verdict }) => verdict.idleSeconds),
      [null, 90_000],
    );
  });
});

it("a believed heartbeat of an idle app stops it, so the properties above do not hold by keeping everything", () => {
  assert.equal(verdictOn(anApp(), aHeartbeat(), aPolicy()).verdict, "stop");
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Ports } from "../../../lib/sweep/ports.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { fleets } from "../arbitraries.ts";
import { anApp } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { allIdle, atNow, inSpace, outcomesOf } from "./apps-in-spaces.ts";

describe("a part of a sweep that fails", () => {
  const app = inSpace("idler");
  const run = async (broken: Partial<Ports>) => {
    const { ports, events } = fakeAccount({ apps: [app], readings: allIdle(app) });
    const report = await sweep({ ...ports, ...broken }, atNow);
    return { ...report, events, said: report.failures.map(({ message }) => message) };
  };
  const reject = () => Promise.reject(new Error("AccessDenied"));

  it("is named, and keeps nobody from stopping, where it is what the last sweep knew", async () => {
    const saved: unknown[] = [];
    const save = (state: unknown) => Promise.resolve(void saved.push(state));
    const { judged, said, events } = await run({ fleetMemory: { recall: reject, save } });
    assert.deepEqual(outcomesOf(judged), { idler: "stopped" });
    assert.deepEqual(said, ["reading what the last sweep knew: AccessDenied"]);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["stopped"],
    );
    assert.deepEqual(saved, [], "what could not be read is not written over");
  });

  it("is named where it keeps what the next sweep is to know", async () => {
    const { ports } = fakeAccount({});
    const { said } = await run({ fleetMemory: { ...ports.fleetMemory, save: reject } });
    assert.deepEqual(said, ["keeping what is known: AccessDenied"]);
  });

  it("is named where it is the housekeeping", async () => {
    const { heartbeatsForgotten, said } = await run({ publishInstructions: reject });
    assert.deepEqual([heartbeatsForgotten, said], [0, ["housekeeping: AccessDenied"]]);
  });

  it("is named once where it keeps what was seen, and nothing was stopped", async () => {
    const { ports } = fakeAccount({ apps: [app] });
    const { failures } = await sweep({ ...ports, sightings: { ...ports.sightings, save: reject } }, atNow);
    assert.deepEqual(
      failures.map(({ message, cause }) => [message, String(cause)]),
      [["keeping what was seen: AccessDenied", "Error: AccessDenied"]],
    );
  });
});

describe("a sweep that cannot see everything", () => {
  it("stops nothing on a listing that breaks off, wherever it does", async () => {
    await fc.assert(
      fc.asyncProperty(fleets, fc.nat(60), async ({ apps, readings }, breaksOffAfter) => {
        const { ports, changes } = fakeAccount({ apps, readings, breaksOffAfter });
        await assert.rejects(sweep(ports, atNow), /ThrottlingException/);
        assert.deepEqual(changes, []);
      }),
      { numRuns: 300 },
    );
  });

  it("stops nothing without the heartbeats", async () => {
    const app = inSpace("idler");
    const { ports, changes } = fakeAccount({ apps: [app], readings: allIdle(app), heartbeatsFail: true });
    await assert.rejects(sweep(ports, atNow), /AccessDenied/);
    assert.deepEqual(changes, []);
  });

  it("stops nothing without the tags, judges all the same, and says so", async () => {
    const app = inSpace("idler");
    const { ports, changes } = fakeAccount({ apps: [app], readings: allIdle(app), tags: new Error("AccessDenied") });
    const { judged, failures } = await sweep(ports, atNow);
    assert.deepEqual(
      judged.map(({ verdict }) => verdict.reason),
      ["tags-unknown"],
    );
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["reading tags: AccessDenied"],
    );
    assert.deepEqual(changes, ["publish"]);
  });

  it("asks who owns a space only where a user profile is tagged, and counts its tag", async () => {
    const app = inSpace("lab");
    const tags = new Map([["user-profile/d-abcdefghijkl/ada", { "studio-reaper:exempt": "true" }]]);
    const owners = new Map([["d-abcdefghijkl/lab", "ada"]]);
    const { ports } = fakeAccount({ apps: [app], readings: allIdle(app), tags, owners });
    const { judged } = await sweep(ports, atNow);
    assert.deepEqual(outcomesOf(judged), { lab: "kept" });
  });

  it("asks whose the spaces of its apps are, each domain once, and lists no spaces for that", async () => {
    const apps = [
      inSpace("lab"),
      inSpace("den"),
      anApp({ owner: { kind: "user", name: "ada" } }),
      inSpace("gone", { status: "Deleted" }),
    ];
    const { ports } = fakeAccount({ apps });
    const asked: string[] = [];
    const studio: Ports["studio"] = {
      ...ports.studio,
      spaceOwners: () => assert.fail("it listed them"),
      knownSpaceOwners(keys) {
        asked.push(...keys);
        return ports.studio.knownSpaceOwners(keys);
      },
      domain(id) {
        asked.push(id);
        return ports.studio.domain(id);
      },
    };
    const { failures } = await sweep({ ...ports, studio }, atNow);
    const id = "d-abcdefghijkl";
    assert.deepEqual([asked, failures], [[id, `${id}/lab`, `${id}/den`], []]);
  });

  it("judges all the same where it is not told whose they are, and says so", async () => {
    const app = inSpace("idler");
    const { ports } = fakeAccount({ apps: [app], readings: allIdle(app) });
    const knownSpaceOwners = () => Promise.reject(new Error("AccessDenied"));
    const report = await sweep({ ...ports, studio: { ...ports.studio, knownSpaceOwners } }, atNow);
    assert.deepEqual(
      [outcomesOf(report.judged), report.failures.map(({ message }) => message), report.userOf(app)],
      [{ idler: "stopped" }, ["reading who owns spaces: AccessDenied"], undefined],
    );
  });

  it("stops nothing without a policy", async () => {
    const app = inSpace("idler");
    const { ports, changes } = fakeAccount({
      apps: [app],
      readings: allIdle(app),
      policy: new Error("rules[0]: no such field"),
    });
    await assert.rejects(sweep(ports, atNow), /rules\[0\]/);
    assert.deepEqual(changes, []);
  });
});

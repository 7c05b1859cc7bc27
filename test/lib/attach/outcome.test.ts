import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Journal } from "../../../lib/attach/journal.ts";
import { parseOutcome } from "../../../lib/attach/outcome.ts";
import { publishLeftBehind, publishOutcome } from "../../../lib/attach/publish-outcome.ts";
import { assertNoFailures, failuresOf } from "./journals.ts";
import { AttachStage, silent } from "./stage.ts";

describe("the outcome of a run", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());

  const published = async (cause: "deploy" | "schedule", journal?: Journal) => {
    journal ??= await stage.reconcile();
    await publishOutcome(stage.ports(), journal, cause);
    const outcome = parseOutcome((await stage.ports().outcome.read()) ?? "");
    return { journal, outcome };
  };

  it("has the domains and profiles that have the agent, and those that were left alone", async () => {
    const occupied = await stage.createDomain("occupied");
    const theirs = await stage.createConfig();
    await stage.setBuiltIn(theirs, occupied);
    await stage.createProfile("ada", { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: theirs } });
    const { outcome } = await published("schedule");
    const { domainId } = stage.studio;
    assert.deepEqual(outcome?.attached, { count: 2, first: [domainId, occupied] }, "Code Editor has room there");
    assert.deepEqual(outcome.leftAlone.first, [`${occupied} (occupied)`, `${domainId}/ada (overrides)`]);
    const changed = await published("schedule", await stage.reconcile({ profiles: "change" }));
    assert.deepEqual(changed.outcome?.attached.first, [domainId, occupied, `${domainId}/ada`]);
  });

  it("counts at a deploy the apps that run without an agent, and keeps the number until the next", async () => {
    const { domainId, seed } = stage.studio;
    const now = Date.now();
    const spaces = ["heard", "heard-before-its-start", "never-heard"];
    seed.apps(spaces.map((spaceName) => ({ spaceName, createdAt: now - 60_000 })));
    const heartbeat = (space: string, modifiedAt: number) => ({
      name: `/studio-reaper/heartbeats/${domainId}/space/${space}/JupyterLab/default`,
      value: "{}",
      modifiedAt,
    });
    seed.parameters([heartbeat("heard", now), heartbeat("heard-before-its-start", now - 3_600_000)]);
    const { outcome, journal } = await published("deploy");
    assertNoFailures(journal);
    assert.partialDeepStrictEqual(outcome?.waiting, { apps: 2, of: 3 });
    seed.parameters([heartbeat("never-heard", now)]);
    const start = stage.studio.calls.length;
    const later = await published("schedule");
    assert.deepEqual(later.outcome?.waiting, outcome?.waiting);
    const calls = stage.studio.calls.slice(start).map(({ operation }) => operation);
    assert.ok(!calls.includes("ListApps") && !calls.includes("PutParameter"));
  });

  it("at remove has what was left behind, and is gone where that is nothing", async () => {
    await published("schedule");
    await publishLeftBehind(stage.ports(), await stage.remove());
    assert.equal(await stage.ports().outcome.read(), undefined);
    await stage.reconcile();
    await stage.setBuiltIn(await stage.createConfig());
    await publishLeftBehind(stage.ports(), await stage.remove());
    const outcome = parseOutcome((await stage.ports().outcome.read()) ?? "");
    assert.deepEqual(outcome?.leftAlone.first, [`${stage.studio.domainId} (changed-since)`]);
  });

  it("leaves out the count where there is no time for it, and says so where the apps cannot be listed", async () => {
    const isRunningOut = () => true;
    const journal = new Journal(silent);
    journal.attach(stage.studio.domainId);
    stage.studio.seed.apps([{ spaceName: "one", createdAt: Date.now() }]);
    const { time, ...ports } = stage.ports();
    await publishOutcome({ ...ports, time: { ...time, isRunningOut } }, journal, "deploy");
    const text = (await stage.ports().outcome.read()) ?? "";
    assert.deepEqual([parseOutcome(text)?.attached.count, parseOutcome(text)?.waiting], [1, undefined]);
    stage.studio.faults.add({ operation: "ListApps", error: { code: "AccessDeniedException", message: "no" } });
    const denied = await published("deploy");
    assert.deepEqual(failuresOf(denied.journal), ["the apps that run: AccessDeniedException: no"]);
    assert.ok(denied.outcome?.attached.count === 1);
  });
});

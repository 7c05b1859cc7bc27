import assert from "node:assert/strict";
import { heartbeatText } from "../account/heartbeat.ts";
import { after, afterEach, before, describe, it } from "node:test";
import type { VerdictLine } from "../../lib/sweep/log-lines.ts";
import { setStage, type Stage } from "./stage.ts";

const HOUR_MS = 3_600_000;

/**
 * The exported handler against SageMaker and Parameter Store on the wire, and what their answers can be at their worst.
 */
describe("a sweep over the wire", () => {
  let stage: Stage;
  before(async () => {
    stage = await setStage({ instances: "none" });
    await stage.account.putPolicy({ version: 1, mode: "live" });
  });
  afterEach(async () => {
    stage.studio.faults.clear();
    await stage.account.putPolicy({ version: 1, mode: "live" });
  });
  after(() => stage.studio.close());

  /** Apps that have run for a day, each with this as its agent's last word. */
  function apps(value: string, ...spaces: readonly string[]): void {
    stage.studio.seed.apps(spaces.map((spaceName) => ({ spaceName, createdAt: Date.now() - 24 * HOUR_MS })));
    stage.studio.seed.parameters(spaces.map((space) => ({ name: stage.account.heartbeatName(space), value })));
  }
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
  const of = (verdicts: readonly VerdictLine[], space: string) => {
    const { reason, outcome } = verdicts.find(({ app }) => app === stage.account.appKey(space)) ?? {};
    return `${reason ?? "unseen"} ${outcome ?? ""}`.trim();
  };
  const status = async (space: string) => (await stage.account.describeApp(space)).Status;
  const calls = (operation: string) => stage.studio.calls.filter((call) => call.operation === operation);

  it("keeps an app whose heartbeat is garbage, and says so, while others are stopped", async () => {
    apps("💥{", "garbage");
    apps(heartbeatText(4000), "beside-garbage");
    const { verdicts, failed } = await stage.sweep();
    assert.equal(failed, false);
    assert.deepEqual([of(verdicts, "garbage"), of(verdicts, "beside-garbage")], ["bad-heartbeat kept", "idle stopped"]);
    assert.equal(await status("garbage"), "InService");
  });

  it("sees the heartbeats behind a page that is empty but for its token", async () => {
    apps(heartbeatText(5), ...names("worker", 25));
    apps(heartbeatText(4000), "behind-empty-pages");
    stage.studio.faults.add({ operation: "GetParametersByPath", times: 3, emptyPage: true });
    stage.studio.faults.add({ operation: "ListApps", times: 1, emptyPage: true });
    const { verdicts } = await stage.sweep();
    assert.equal(of(verdicts, "behind-empty-pages"), "idle stopped");
    for (const space of names("worker", 25)) assert.equal(of(verdicts, space), "recently-active kept");
  });

  it("stops nothing, and fails, where the listing breaks off on a later page", async () => {
    apps(heartbeatText(4000), "unlucky");
    stage.studio.faults.add({ operation: "ListApps", pageOf: 10 });
    stage.studio.faults.add({
      operation: "ListApps",
      when: ({ NextToken }) => NextToken !== undefined,
      error: { code: "AccessDeniedException", status: 400 },
    });
    await assert.rejects(stage.sweep(), { name: "AccessDeniedException" });
    assert.equal(await status("unlucky"), "InService");
  });

  it("rides out throttling of every call", async () => {
    for (const operation of ["ListApps", "GetParametersByPath", "DescribeApp", "GetParameter", "DeleteApp"]) {
      stage.studio.faults.add({
        operation,
        times: 2,
        error: { code: "ThrottlingException", message: "Rate exceeded", status: 400 },
      });
    }
    const { verdicts, failed } = await stage.sweep();
    assert.equal(failed, false);
    assert.equal(of(verdicts, "unlucky"), "idle stopped");
  });

  it("takes an app for done that the service says has been deleted already, in whichever words", async () => {
    apps(heartbeatText(4000), "deleted-since");
    stage.studio.faults.add({
      operation: "DeleteApp",
      times: 1,
      error: { code: "ValidationException", message: "App [default] has already been deleted" },
    });
    const { verdicts, failed } = await stage.sweep();
    assert.equal(failed, false);
    assert.equal(of(verdicts, "deleted-since"), "idle gone");
  });

  it("deletes an app once, though its answer is lost and the call is made again", async () => {
    apps(heartbeatText(4000), "answer-lost");
    const before = calls("DeleteApp").length;
    // The first call does its work, but its connection breaks before the answer.
    stage.studio.faults.before("DeleteApp", () => stage.account.deleteApp("answer-lost"), { once: true });
    const { verdicts, failed } = await stage.sweep();
    assert.equal(failed, false);
    assert.equal(of(verdicts, "answer-lost"), "idle gone");
    assert.equal(calls("DeleteApp").length, before + 2);
    assert.notEqual(await status("answer-lost"), "InService");
  });

  it("asks again before it sends a deletion again: its user may be back by then", async () => {
    apps(heartbeatText(4000), "back-by-then");
    const before = calls("DeleteApp").length;
    stage.studio.faults.before("DeleteApp", () => {
      const name = stage.account.heartbeatName("back-by-then");
      stage.studio.seed.parameters([{ name, value: heartbeatText(3) }]);
    });
    stage.studio.faults.add({ operation: "DeleteApp", error: { code: "InternalFailure", status: 500 } });
    const { verdicts, failed } = await stage.sweep();
    assert.equal(failed, false);
    assert.equal(of(verdicts, "back-by-then"), "recently-active changed");
    assert.equal(calls("DeleteApp").length, before + 1);
    assert.equal(await status("back-by-then"), "InService");
  });

  it("fails at its end, and not before it stopped the others, where one app cannot be deleted", async () => {
    apps(heartbeatText(4000), "undeletable", "deletable");
    stage.studio.faults.add({
      operation: "DeleteApp",
      when: ({ SpaceName }) => SpaceName === "undeletable",
      error: { code: "AccessDeniedException", status: 400 },
    });
    const { verdicts, failed, summary } = await stage.sweep();
    assert.equal(failed, true);
    assert.deepEqual([of(verdicts, "undeletable"), of(verdicts, "deletable")], ["idle failed", "idle stopped"]);
    assert.ok("failures" in summary);
    assert.match(summary.failures.join(), /stopping .*undeletable.*AccessDenied/);
    stage.studio.faults.clear();
    assert.equal(of((await stage.sweep()).verdicts, "undeletable"), "idle stopped");
  });

  it("ends at once where another is at work, as a normal outcome", async () => {
    apps(heartbeatText(4000), "once");
    const both = await Promise.all([stage.sweep(), stage.sweep()]);
    assert.deepEqual(
      both.map(({ failed }) => failed),
      [false, false],
    );
    const [skipped, ...rest] = both.filter(({ summary }) => "skippedUntil" in summary);
    assert.deepEqual([skipped?.verdicts, rest], [[], []]);
    assert.notEqual(await status("once"), "InService");
    const after = await stage.sweep();
    assert.ok(!("skippedUntil" in after.summary));
  });

  it("does no harm beside another where the lease cannot be taken: two at once end as one would", async () => {
    stage.studio.faults.add({
      operation: "PutParameter",
      when: ({ Name }) => Name === "/studio-reaper/leases/sweep",
      error: { code: "AccessDeniedException", status: 400 },
    });
    const spaces = names("twice", 8);
    apps(heartbeatText(4000), ...spaces);
    const both = await Promise.all([stage.sweep(), stage.sweep()]);
    for (const { failed, summary } of both) {
      assert.equal(failed, true);
      assert.ok("failures" in summary);
      assert.match(summary.failures.join(), /^taking the sweep's lease: AccessDenied/);
    }
    for (const space of spaces) {
      const outcomes = both.map(({ verdicts }) => of(verdicts, space));
      assert.equal(outcomes.filter((outcome) => outcome === "idle stopped").length, 1, outcomes.join());
      assert.notEqual(await status(space), "InService");
    }
  });

  it("is finished by the next one where it was cut off", async () => {
    const spaces = names("cut", 4);
    apps(heartbeatText(4000), ...spaces);
    let stops = 0;
    stage.studio.faults.add({
      operation: "DeleteApp",
      when: () => ++stops > 2,
      error: { code: "AccessDeniedException", status: 400 },
    });
    await stage.sweep();
    stage.studio.faults.clear();
    await stage.sweep();
    for (const space of spaces) assert.notEqual(await status(space), "InService");
  });

  it("keeps an app that was re-created under its name, whatever its former agent said", async () => {
    stage.studio.seed.parameters([
      { name: stage.account.heartbeatName("reborn"), value: heartbeatText(4000), modifiedAt: Date.now() - 60_000 },
    ]);
    stage.studio.seed.apps([{ spaceName: "reborn", createdAt: Date.now() - 30_000 }]);
    const { verdicts } = await stage.sweep();
    assert.equal(of(verdicts, "reborn"), "no-heartbeat kept");
  });

  it("stops and deletes nothing in a dry run, instructs the agents, and says what it would stop", async () => {
    apps(heartbeatText(4000), "dry");
    stage.studio.seed.parameters([
      { name: stage.account.heartbeatName("long-gone"), value: heartbeatText(1), modifiedAt: Date.now() - 2 * HOUR_MS },
    ]);
    await stage.account.putPolicy({ version: 1, mode: "dry-run" });
    const before = stage.studio.calls.length;
    const { verdicts } = await stage.sweep();
    assert.equal(of(verdicts, "dry"), "idle would-stop");
    const made = stage.studio.calls.slice(before).filter(({ operation }) => !/^(List|Describe|Get)/.test(operation));
    // Its own notes are no change to anything that is anyone else's.
    assert.deepEqual(
      made
        .filter(
          ({ input }) => !/^\/studio-reaper\/(leases\/sweep|instructions|sightings\/0)$/.test(String(input["Name"])),
        )
        .map(({ operation }) => operation),
      [],
    );
    assert.match((await stage.account.parameter("/studio-reaper/instructions")) ?? "", /"timeouts":\[3600\]/);
    assert.equal(await status("dry"), "InService");
  });

  it("forgets the heartbeat of an app that is gone for an hour, and no other", async () => {
    stage.studio.seed.parameters([
      { name: stage.account.heartbeatName("just-gone"), value: heartbeatText(1), modifiedAt: Date.now() - HOUR_MS / 2 },
    ]);
    await stage.sweep();
    assert.equal(await stage.account.parameter(stage.account.heartbeatName("long-gone")), undefined);
    assert.notEqual(await stage.account.parameter(stage.account.heartbeatName("just-gone")), undefined);
  });

  it("stops nothing and fails on a policy with a mistake, and names it", async () => {
    apps(heartbeatText(4000), "saved-by-mistake");
    await stage.account.putPolicy({ version: 1, mode: "live", defaults: { idleTimeInSeconds: 0 } });
    await assert.rejects(
      stage.sweep(),
      /studio-reaper\/policy is not a valid policy\s+defaults\.idleTimeInSeconds: must be at least 1/,
    );
    assert.equal(await status("saved-by-mistake"), "InService");
  });

  it("tells the agents the timeouts in force, and writes them once", async () => {
    await stage.account.putPolicy({
      version: 1,
      mode: "live",
      rules: [{ match: { space: "gpu-*" }, set: { idleTimeInSeconds: 900 } }],
    });
    await stage.sweep();
    const published = () =>
      calls("PutParameter").filter(({ input }) => input["Name"] === "/studio-reaper/instructions");
    const before = published().length;
    await stage.sweep();
    assert.equal(published().length, before);
    const instructions: unknown = JSON.parse((await stage.account.parameter("/studio-reaper/instructions")) ?? "");
    const told = {
      v: 1,
      sampleSeconds: 60,
      cadenceSeconds: 900,
      timeouts: [900, 3600],
      cpuThreshold: 0.05,
      gpuThreshold: 0.05,
    };
    assert.partialDeepStrictEqual(instructions, told);
    assert.partialDeepStrictEqual(instructions, { hungAfter: [86_400], notJobs: ["less"] });
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { UpdateDomainCommand } from "@aws-sdk/client-sagemaker";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { configName } from "../../../lib/attach/lifecycle-config-name.ts";
import type { StudioOptions } from "../../studio/index.ts";
import { AGENT } from "./agents.ts";
import { assertNoFailures, failuresOf } from "./journals.ts";
import { AttachStage } from "./stage.ts";

const LAB = configName("studio-reaper-dev", "JupyterLab", AGENT.script);

describe("attaching where something goes wrong", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());
  const restart = async (options: StudioOptions) => {
    await stage.studio.close();
    stage = await AttachStage.set(options);
  };

  it("attaches to the others where one domain cannot be updated, names it, and reaches it the next time", async () => {
    const second = await stage.createDomain("second");
    stage.studio.faults.add({
      operation: "UpdateDomain",
      times: 1,
      when: ({ DomainId }) => DomainId === stage.studio.domainId,
      error: { code: "AccessDeniedException", message: "no" },
    });
    const journal = await stage.reconcile();
    assert.deepEqual(failuresOf(journal), [`${stage.studio.domainId}: AccessDeniedException: no`]);
    assert.equal(await stage.builtIn(second), LAB);
    assertNoFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(), LAB);
  });

  it("succeeds where the services throttle", async () => {
    const throttled = { code: "ThrottlingException", message: "Rate exceeded" };
    for (const operation of [
      "ListDomains",
      "DescribeDomain",
      "UpdateDomain",
      "PutParameter",
      "CreateStudioLifecycleConfig",
    ])
      stage.studio.faults.add({ operation, times: 1, error: throttled });
    assertNoFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(), LAB);
  });

  it("waits for a domain that is being updated", async () => {
    await restart({ updatingMs: 400 });
    await stage.sageMaker.send(
      new UpdateDomainCommand({ DomainId: stage.studio.domainId, DefaultUserSettings: { SecurityGroups: ["sg-1"] } }),
    );
    assertNoFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(), LAB);
    assert.deepEqual((await stage.domain()).DefaultUserSettings?.SecurityGroups, ["sg-1"]);
  });

  it("reports a domain that stays in use, and one that is not reached in time", async () => {
    stage.studio.faults.add({ operation: "UpdateDomain", error: { code: "ResourceInUse" } });
    const time = {
      now: () => new Date(),
      waitToLookAgain: (looks: number) => Promise.resolve(looks < 3),
      isRunningOut: () => false,
    };
    assert.match(
      failuresOf(await stage.reconcile({ ports: { time } })).join(),
      /^d-\w+: it is still in use by another update/,
    );
    const journal = await stage.reconcile({ ports: { time: { ...time, isRunningOut: () => true } } });
    assert.match(failuresOf(journal).join(), /^d-\w+: not reached/);
  });

  it("ends in the same state where it was cut off after the record, or before the update was seen done", async () => {
    const before = await stage.domain();
    for (const fault of [
      { operation: "UpdateDomain" },
      {
        operation: "PutParameter",
        when: ({ Value }: Record<string, unknown>) => String(Value).includes('"settled":true'),
      },
    ]) {
      const undo = stage.studio.faults.add({ ...fault, error: { code: "AccessDeniedException" } });
      assert.equal((await stage.reconcile()).failures.length, 1);
      undo();
      assertNoFailures(await stage.reconcile());
      assert.equal(await stage.builtIn(), LAB);
      assert.deepEqual((await stage.reconcile()).skipped, []);
      assertNoFailures(await stage.remove());
      assert.deepEqual(await stage.domain(), before);
    }
  });

  it("attaches again where a detachment was cut off, before or after its update", async () => {
    for (const operation of ["UpdateDomain", "DeleteParameter"]) {
      await stage.reconcile();
      const isOfDomain = ({ DomainId, Name }: Record<string, unknown>) =>
        DomainId !== undefined || String(Name).includes("/d-");
      const undo = stage.studio.faults.add({ operation, when: isOfDomain, error: { code: "AccessDeniedException" } });
      assert.equal((await stage.reconcile({ domains: [] })).failures.length, 1);
      undo();
      const journal = await stage.reconcile();
      assert.deepEqual([failuresOf(journal), journal.skipped], [[], []]);
      assert.equal(await stage.builtIn(), LAB);
    }
  });

  it("ends in the same state where two runs go side by side", async () => {
    await restart({ updatingMs: 100 });
    const theirs = await stage.createConfig();
    await stage.createProfile("ada", { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: theirs } });
    const before = [await stage.domain(), await stage.profile("ada")];
    const journals = await Promise.all([
      stage.reconcile({ profiles: "change" }),
      stage.reconcile({ profiles: "change" }),
    ]);
    for (const journal of journals) assert.deepEqual([failuresOf(journal), journal.skipped], [[], []]);
    assert.equal(await stage.builtIn(), LAB);
    await Promise.all([stage.remove(), stage.remove()]);
    assert.deepEqual([await stage.domain(), await stage.profile("ada")], before);
    assert.deepEqual(await stage.parameters(), ["policy"]);
  });

  it("changes nothing of a domain whose record cannot be read", async () => {
    await stage.ssm.send(
      new PutParameterCommand({
        Name: `/studio-reaper/attachments/${stage.studio.domainId}`,
        Value: '{"v": 2}',
        Type: "String",
      }),
    );
    assert.match(failuresOf(await stage.reconcile()).join(), /record .* cannot be read: v/);
    assert.equal(await stage.builtIn(), undefined);
  });
});

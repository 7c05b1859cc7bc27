import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { assertNoFailures, failuresOf } from "./journals.ts";
import { AttachStage } from "./stage.ts";

describe("attaching the policy to execution roles", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());

  it("reaches those of domains and profiles, and is undone for those alone that it was attached to", async () => {
    stage.roles.attached.add("shared");
    await stage.createDomain("second", {
      DefaultUserSettings: { ExecutionRole: "arn:aws:iam::123456789012:role/shared" },
    });
    await stage.createProfile("ada", { ExecutionRole: "arn:aws:iam::123456789012:role/service-role/ada=@x" });
    assertNoFailures(await stage.reconcile());
    assert.deepEqual([...stage.roles.attached].sort(), ["StudioExecution", "ada=@x", "shared"]);
    assertNoFailures(await stage.reconcile({ domains: [] }));
    assert.deepEqual([...stage.roles.attached], ["shared"]);
    assert.deepEqual(
      (await stage.parameters()).filter((name) => name.startsWith("attachments/")),
      [],
    );
  });

  it("is undone for all roles at remove, because the policy is deleted then", async () => {
    await stage.reconcile();
    stage.roles.attached.add("by-hand");
    assertNoFailures(await stage.remove());
    assert.deepEqual([...stage.roles.attached], []);
  });

  it("names the role and the domain where one cannot be changed, and reaches the others", async () => {
    stage.roles.locked.add("StudioExecution");
    await stage.createProfile("ada", { ExecutionRole: "arn:aws:iam::123456789012:role/ada" });
    const journal = await stage.reconcile();
    assert.deepEqual(failuresOf(journal), [`role StudioExecution of ${stage.studio.domainId}: AccessDenied`]);
    assert.deepEqual([...stage.roles.attached], ["ada"]);
  });

  it("is undone for none while a domain could not be read, which may have the role", async () => {
    await stage.reconcile();
    stage.studio.faults.add({ operation: "DescribeDomain", error: { code: "AccessDeniedException" } });
    await stage.reconcile();
    assert.deepEqual([...stage.roles.attached], ["StudioExecution"]);
  });

  it("reaches a role that was made anew with the same name, and none where the deploy leaves roles out", async () => {
    await stage.reconcile();
    stage.roles.attached.clear();
    await stage.reconcile();
    assert.deepEqual([...stage.roles.attached], ["StudioExecution"]);
    await stage.reconcile({ attachRoles: false });
    assert.deepEqual([...stage.roles.attached], []);
  });
});

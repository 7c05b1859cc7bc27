import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DeleteDomainCommand } from "@aws-sdk/client-sagemaker";
import type { Roles } from "../../../lib/attach/ports.ts";
import { assertNoFailures, failuresOf } from "./journals.ts";
import { AttachStage, POLICY_ARN } from "./stage.ts";

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

  const SECOND = "arn:aws:iam::123456789012:role/of-second";
  const createSecond = () => stage.createDomain("second", { DefaultUserSettings: { ExecutionRole: SECOND } });
  const deny = (operation: string, domainId = stage.studio.domainId) =>
    stage.studio.faults.add({
      operation,
      when: ({ DomainId, DomainIdEquals = DomainId }) => DomainIdEquals === domainId,
      error: { code: "AccessDeniedException" },
    });

  for (const operation of ["DescribeDomain", "UpdateDomain"]) {
    it(`is undone in the run that sees its domain gone, though another domain fails at ${operation}`, async () => {
      const second = await createSecond();
      if (operation === "DescribeDomain") await stage.reconcile();
      else await stage.reconcile({ domains: [second] });
      await stage.sageMaker.send(new DeleteDomainCommand({ DomainId: second }));
      deny(operation);
      assert.equal((await stage.reconcile()).failures.length, 1);
      assert.deepEqual([...stage.roles.attached], ["StudioExecution"]);
    });
  }

  it("is undone in the run that sees its domain being deleted, though another domain fails", async () => {
    const second = await createSecond();
    await stage.reconcile();
    deny("DescribeDomain");
    const { domains } = stage.ports();
    const target: typeof domains.target = (key) => {
      const actual = domains.target(key);
      if (key.domainId !== second) return actual;
      return { ...actual, describe: () => Promise.resolve({ status: "Deleting", settings: {} }) };
    };
    await stage.reconcile({ ports: { domains: { ...domains, target } } });
    assert.deepEqual([...stage.roles.attached], ["StudioExecution"]);
  });

  it("stays for a role that a domain has which could not be read, and one that it may have", async () => {
    const second = await createSecond();
    await stage.createDomain("third", { DefaultUserSettings: { ExecutionRole: SECOND } });
    await stage.reconcile();
    await stage.sageMaker.send(new DeleteDomainCommand({ DomainId: second }));
    const undo = deny("ListUserProfiles");
    await stage.createProfile("ada", { ExecutionRole: "arn:aws:iam::123456789012:role/ada" });
    await stage.reconcile();
    assert.deepEqual([...stage.roles.attached].sort(), ["StudioExecution", "of-second"]);
    undo();
    await stage.reconcile();
    assert.deepEqual([...stage.roles.attached].sort(), ["StudioExecution", "ada", "of-second"]);
  });

  it("goes by a former version's record, which names no domain, only where every domain could be read", async () => {
    await stage.reconcile();
    const name = "/studio-reaper/attachments/roles/old";
    const value = JSON.stringify({ v: 1, name: "old", policyArn: POLICY_ARN });
    stage.studio.seed.parameters([{ name, value }]);
    stage.roles.attached.add("old");
    const undo = deny("DescribeDomain");
    await stage.reconcile();
    assert.ok(stage.roles.attached.has("old"));
    undo();
    await stage.reconcile();
    assert.deepEqual([...stage.roles.attached], ["StudioExecution"]);
  });

  it("moves to the policy of another stack, and takes the former away", async () => {
    await stage.reconcile();
    const policyArn = `${POLICY_ARN}-2`;
    const detached: string[] = [];
    const roles: Roles = {
      withPolicy: () => Promise.resolve(new Set()),
      attach: () => Promise.resolve(),
      detach: (role) => {
        detached.push(role.policyArn);
        return Promise.resolve("detached");
      },
    };
    assertNoFailures(await stage.reconcile({ policyArn, ports: { roles } }));
    assert.deepEqual(detached, [POLICY_ARN]);
    assert.deepEqual(
      (await stage.ports().records.roles()).map((role) => role.policyArn),
      [policyArn],
    );
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

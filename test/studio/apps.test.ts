import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CreateAppCommand, ListAppsCommand } from "@aws-sdk/client-sagemaker";
import { DomainId, account, clock, refusal, restart, sageMaker, start, studio } from "./under-test.ts";

beforeEach(() => start());
afterEach(() => studio.close());

const status = async () => (await account.describeApp("space-1")).Status;

describe("an app", () => {
  it("goes from Pending to InService, Deleting and Deleted, and stays listed for a day", async () => {
    await restart({ pendingMs: 500, deletingMs: 500 });
    await account.createSpace("space-1");
    await account.createApp("space-1");
    const seen = new Set([await status()]);
    await account.settled("space-1");
    seen.add(await status());
    await account.deleteApp("space-1");
    seen.add(await status());
    await account.settled("space-1");
    assert.deepEqual([...seen, await status()], ["Pending", "InService", "Deleting", "Deleted"]);
    clock.now += 24 * 3600 * 1000 - 1;
    assert.equal((await sageMaker.send(new ListAppsCommand({}))).Apps?.[0]?.Status, "Deleted");
    clock.now += 1;
    assert.deepEqual((await sageMaker.send(new ListAppsCommand({}))).Apps, []);
  });

  it("is described with its ARN and built-in configuration, and listed without", async () => {
    await account.createSpace("space-1");
    await sageMaker.send(
      new CreateAppCommand({ ...account.app("space-1"), ResourceSpec: { InstanceType: "ml.g5.xlarge" } }),
    );
    const described = await account.describeApp("space-1");
    assert.match(
      described.AppArn ?? "",
      new RegExp(`^arn:aws:sagemaker:us-east-1:123456789012:app/${DomainId}/space-1/JupyterLab/default$`),
    );
    assert.match(described.BuiltInLifecycleConfigArn ?? "", /studio-lifecycle-config\/studio-reaper-jupyterlab-/);
    const { Apps } = await sageMaker.send(new ListAppsCommand({}));
    assert.deepEqual(Apps, [
      {
        ...account.app("space-1"),
        Status: "InService",
        CreationTime: new Date(clock.now),
        ResourceSpec: { InstanceType: "ml.g5.xlarge" },
      },
    ]);
  });

  it("cannot be created twice, and has a later creation time when it comes back", async () => {
    await account.createSpace("space-1");
    await account.createApp("space-1");
    await assert.rejects(account.createApp("space-1"), refusal("ResourceInUse"));
    await account.stopApp("space-1");
    await account.createApp("space-1");
    const { CreationTime } = await account.describeApp("space-1");
    assert.equal(CreationTime?.getTime(), clock.now + 1);
  });

  for (const [hours, kept] of [
    [23.9, true],
    [24, false],
  ] as const) {
    it(`${kept ? "keeps its" : "has a new"} creation time ${hours} hours after its deletion`, async () => {
      await restart({ keepsCreationTime: true });
      await account.createSpace("space-1");
      const first = clock.now;
      await account.createApp("space-1");
      clock.now += 3_600_000;
      await account.stopApp("space-1");
      clock.now += hours * 3_600_000;
      await account.createApp("space-1");
      const { CreationTime } = await account.describeApp("space-1");
      assert.equal(CreationTime?.getTime(), kept ? first : clock.now);
    });
  }

  it("may be listed with whole seconds and described with fractions", async () => {
    await restart({ listsWholeSeconds: true });
    await account.createSpace("space-1");
    await account.createApp("space-1");
    const { CreationTime } = await account.describeApp("space-1");
    const { Apps: [listed] = [] } = await sageMaker.send(new ListAppsCommand({}));
    assert.deepEqual([CreationTime?.getTime(), listed?.CreationTime?.getTime()], [clock.now, clock.now - 123]);
  });

  it("cannot be deleted while it is being deleted, nor after", async () => {
    await restart({ deletingMs: 500 });
    await account.createSpace("space-1");
    await account.createApp("space-1");
    await account.deleteApp("space-1");
    await assert.rejects(account.deleteApp("space-1"), refusal("ResourceInUse"));
    await account.settled("space-1");
    await assert.rejects(account.deleteApp("space-1"), refusal("ResourceNotFound"));
  });

  const illegal = [
    { policy: "of a space that does not exist", input: { SpaceName: "nowhere" }, code: "ResourceNotFound" },
    { policy: "of a domain that does not exist", input: { DomainId: "d-none" }, code: "ResourceNotFound" },
    { policy: "without an owner", input: { SpaceName: undefined }, code: "ValidationException" },
    { policy: "with two owners", input: { UserProfileName: "user" }, code: "ValidationException" },
    {
      policy: "of type JupyterLab that belongs to a profile",
      input: { SpaceName: undefined, UserProfileName: "user" },
      code: "ValidationException",
    },
    { policy: "of type JupyterLab with a name of its own", input: { AppName: "mine" }, code: "ValidationException" },
    { policy: "of another type than its space's", input: { AppType: "CodeEditor" }, code: "ValidationException" },
    { policy: "with an illegal name", input: { SpaceName: "-space" }, code: "ValidationException" },
    {
      policy: "on an instance that does not exist",
      input: { ResourceSpec: { InstanceType: "ml.none" } },
      code: "ValidationException",
    },
  ] as const;
  for (const { policy, input, code } of illegal) {
    it(`${policy} is refused with ${code}`, async () => {
      await account.createSpace("space-1");
      const illegalInput = { ...account.app("space-1"), ...input };
      // @ts-expect-error some of the inputs are meant to be illegal
      await assert.rejects(sageMaker.send(new CreateAppCommand(illegalInput)), refusal(code));
    });
  }
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { CreateAppCommand, DeleteAppCommand, DescribeAppCommand, ListAppsCommand } from "@aws-sdk/client-sagemaker";
import {
  DomainId,
  app,
  clock,
  deleteApp,
  left,
  makeSpace,
  refusal,
  restart,
  sagemaker,
  start,
  statusOf,
  studio,
} from "./account-under-test.ts";

beforeEach(() => start());
afterEach(() => studio.close());

describe("an app", () => {
  it("goes from Pending to InService, Deleting and Deleted, and stays listed for a day", async () => {
    await restart({ pendingMs: 500, deletingMs: 500 });
    await makeSpace();
    await sagemaker.send(new CreateAppCommand(app()));
    const seen = new Set([await statusOf()]);
    await left("Pending");
    seen.add(await statusOf());
    await sagemaker.send(new DeleteAppCommand(app()));
    seen.add(await statusOf());
    await left("Deleting");
    assert.deepEqual([...seen, await statusOf()], ["Pending", "InService", "Deleting", "Deleted"]);
    clock.now += 24 * 3600 * 1000 - 1;
    assert.equal((await sagemaker.send(new ListAppsCommand({}))).Apps?.[0]?.Status, "Deleted");
    clock.now += 1;
    assert.deepEqual((await sagemaker.send(new ListAppsCommand({}))).Apps, []);
  });

  it("is described with its ARN and built-in configuration, and listed without", async () => {
    await makeSpace();
    await sagemaker.send(new CreateAppCommand(app({ ResourceSpec: { InstanceType: "ml.g5.xlarge" } })));
    const described = await sagemaker.send(new DescribeAppCommand(app()));
    assert.match(
      described.AppArn ?? "",
      new RegExp(`^arn:aws:sagemaker:us-east-1:123456789012:app/${DomainId}/space-1/JupyterLab/default$`),
    );
    assert.match(described.BuiltInLifecycleConfigArn ?? "", /studio-lifecycle-config\/studio-reaper-jupyterlab-/);
    const { Apps } = await sagemaker.send(new ListAppsCommand({}));
    assert.deepEqual(Apps, [
      {
        ...app(),
        Status: "InService",
        CreationTime: new Date(clock.now),
        ResourceSpec: { InstanceType: "ml.g5.xlarge" },
      },
    ]);
  });

  it("cannot be created twice, and has a later creation time when it comes back", async () => {
    await makeSpace();
    await sagemaker.send(new CreateAppCommand(app()));
    await assert.rejects(sagemaker.send(new CreateAppCommand(app())), refusal("ResourceInUse"));
    await deleteApp();
    await sagemaker.send(new CreateAppCommand(app()));
    const { CreationTime } = await sagemaker.send(new DescribeAppCommand(app()));
    assert.equal(CreationTime?.getTime(), clock.now + 1);
  });

  it("cannot be deleted while it is being deleted, nor after", async () => {
    await restart({ deletingMs: 500 });
    await makeSpace();
    await sagemaker.send(new CreateAppCommand(app()));
    await sagemaker.send(new DeleteAppCommand(app()));
    await assert.rejects(sagemaker.send(new DeleteAppCommand(app())), refusal("ResourceInUse"));
    await left("Deleting");
    await assert.rejects(sagemaker.send(new DeleteAppCommand(app())), refusal("ResourceNotFound"));
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
      await makeSpace();
      // @ts-expect-error some of the inputs are meant to be illegal
      await assert.rejects(sagemaker.send(new CreateAppCommand(app(input))), refusal(code));
    });
  }
});

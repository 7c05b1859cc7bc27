import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  CreateSpaceCommand,
  CreateStudioLifecycleConfigCommand,
  CreateUserProfileCommand,
  DeleteStudioLifecycleConfigCommand,
  DescribeDomainCommand,
  DescribeStudioLifecycleConfigCommand,
  ListDomainsCommand,
  UpdateDomainCommand,
  UpdateSpaceCommand,
  UpdateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import { DomainId, account, refusal, sageMaker, start, studio } from "./under-test.ts";

beforeEach(() => start());
afterEach(() => studio.close());

describe("the account after the deploy", () => {
  it("has one domain with the lifecycle configuration as its built-in one, for private and shared spaces", async () => {
    const { Domains = [] } = await sageMaker.send(new ListDomainsCommand({}));
    assert.deepEqual(
      Domains.map((domain) => domain.DomainId),
      [DomainId],
    );
    const { DefaultUserSettings, DefaultSpaceSettings } = await sageMaker.send(new DescribeDomainCommand({ DomainId }));
    const arn = DefaultUserSettings?.JupyterLabAppSettings?.BuiltInLifecycleConfigArn ?? "";
    assert.equal(DefaultSpaceSettings?.JupyterLabAppSettings?.BuiltInLifecycleConfigArn, arn);
    const config = await sageMaker.send(
      new DescribeStudioLifecycleConfigCommand({ StudioLifecycleConfigName: arn.split("/")[1] }),
    );
    assert.equal(Buffer.from(config.StudioLifecycleConfigContent ?? "", "base64").toString(), "exit 0");
  });
});

describe("lifecycle configurations", () => {
  const content = (size: number): string => "a".repeat(size);
  const named = (StudioLifecycleConfigName: string, StudioLifecycleConfigContent = content(4)) =>
    ({ StudioLifecycleConfigName, StudioLifecycleConfigContent, StudioLifecycleConfigAppType: "JupyterLab" }) as const;
  const builtIn = (BuiltInLifecycleConfigArn: string | undefined) => ({
    JupyterLabAppSettings: { BuiltInLifecycleConfigArn },
  });

  it("have at most 16 384 characters, and a name once", async () => {
    await sageMaker.send(new CreateStudioLifecycleConfigCommand(named("big", content(16_384))));
    await assert.rejects(
      sageMaker.send(new CreateStudioLifecycleConfigCommand(named("bigger", content(16_385)))),
      refusal("ValidationException", /less than or equal to 16384/),
    );
    await assert.rejects(
      sageMaker.send(new CreateStudioLifecycleConfigCommand(named("big"))),
      refusal("ResourceInUse"),
    );
  });

  it("cannot be deleted while a profile attaches them or an app runs with them", async () => {
    const { StudioLifecycleConfigArn: arn } = await sageMaker.send(
      new CreateStudioLifecycleConfigCommand(named("mine")),
    );
    const remove = (): Promise<unknown> =>
      sageMaker.send(new DeleteStudioLifecycleConfigCommand({ StudioLifecycleConfigName: "mine" }));
    const UserProfileName = studio.userProfileName;
    await sageMaker.send(new UpdateUserProfileCommand({ DomainId, UserProfileName, UserSettings: builtIn(arn) }));
    await account.createSpace("space-1");
    await account.createApp("space-1");
    await assert.rejects(remove(), refusal("ResourceInUse"));
    await sageMaker.send(new UpdateUserProfileCommand({ DomainId, UserProfileName, UserSettings: builtIn("None") }));
    await assert.rejects(remove(), refusal("ResourceInUse"));
    await account.stopApp("space-1");
    await remove();
  });

  it("are taken from the owner's profile first, then from the domain", async () => {
    const { StudioLifecycleConfigArn: arn } = await sageMaker.send(
      new CreateStudioLifecycleConfigCommand(named("mine")),
    );
    await sageMaker.send(
      new CreateUserProfileCommand({ DomainId, UserProfileName: "other", UserSettings: builtIn(arn) }),
    );
    await sageMaker.send(
      new CreateSpaceCommand({
        DomainId,
        SpaceName: "space-1",
        OwnershipSettings: { OwnerUserProfileName: "other" },
        SpaceSharingSettings: { SharingType: "Private" },
      }),
    );
    await account.createApp("space-1");
    assert.equal((await account.describeApp("space-1")).BuiltInLifecycleConfigArn, arn);
  });

  it("that a user chose stay with the space, whose next start needs them listed and not deleted", async () => {
    const { StudioLifecycleConfigArn: arn = "" } = await sageMaker.send(
      new CreateStudioLifecycleConfigCommand(named("chosen")),
    );
    const list = (LifecycleConfigArns: string[]) =>
      sageMaker.send(
        new UpdateDomainCommand({ DomainId, DefaultUserSettings: { JupyterLabAppSettings: { LifecycleConfigArns } } }),
      );
    await list([arn]);
    await account.createSpace("space-1");
    const SpaceSettings = { JupyterLabAppSettings: { DefaultResourceSpec: { LifecycleConfigArn: arn } } };
    await sageMaker.send(new UpdateSpaceCommand({ DomainId, SpaceName: "space-1", SpaceSettings }));
    await account.createApp("space-1");
    await account.stopApp("space-1");
    const cannotStart = () => assert.rejects(account.createApp("space-1"), refusal("ValidationException", /chosen/));
    await list([]);
    await cannotStart();
    await sageMaker.send(new DeleteStudioLifecycleConfigCommand({ StudioLifecycleConfigName: "chosen" }));
    await cannotStart();
  });

  it("have to exist before they are attached, and an update leaves other settings alone", async () => {
    await assert.rejects(
      sageMaker.send(
        new UpdateDomainCommand({
          DomainId,
          DefaultUserSettings: builtIn("arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/none"),
        }),
      ),
      refusal("ValidationException"),
    );
    await sageMaker.send(
      new UpdateDomainCommand({
        DomainId,
        DefaultUserSettings: { JupyterLabAppSettings: { LifecycleConfigArns: [] } },
      }),
    );
    const { DefaultUserSettings } = await sageMaker.send(new DescribeDomainCommand({ DomainId }));
    assert.ok(DefaultUserSettings?.ExecutionRole);
    assert.ok(DefaultUserSettings.JupyterLabAppSettings?.BuiltInLifecycleConfigArn);
  });
});

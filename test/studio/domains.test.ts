import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, it } from "node:test";
import {
  CreateDomainCommand,
  DescribeDomainCommand,
  ListStudioLifecycleConfigsCommand,
  ListUserProfilesCommand,
  UpdateDomainCommand,
  type UpdateDomainCommandInput,
} from "@aws-sdk/client-sagemaker";
import { DomainId, refusal, sageMaker, start, studio } from "./under-test.ts";

const update = (input: Omit<UpdateDomainCommandInput, "DomainId">) =>
  sageMaker.send(new UpdateDomainCommand({ DomainId, ...input }));
const describeDomain = () => sageMaker.send(new DescribeDomainCommand({ DomainId }));

describe("a domain", () => {
  afterEach(() => studio.close());

  it("of a bare account has a user profile, and nothing is attached to it", async () => {
    await start({ bare: true });
    const { DefaultUserSettings } = await describeDomain();
    assert.deepEqual(Object.keys(DefaultUserSettings ?? {}), ["ExecutionRole"]);
    const { UserProfiles } = await sageMaker.send(new ListUserProfilesCommand({ DomainIdEquals: DomainId }));
    assert.equal(UserProfiles?.[0]?.UserProfileName, studio.userProfileName);
    assert.deepEqual((await sageMaker.send(new ListStudioLifecycleConfigsCommand({}))).StudioLifecycleConfigs, []);
  });

  it("has no space settings where it was made without", async () => {
    await start();
    const { DomainId: other } = await sageMaker.send(
      new CreateDomainCommand({ DomainName: "other", AuthMode: "IAM", DefaultUserSettings: {} }),
    );
    assert.equal(
      (await sageMaker.send(new DescribeDomainCommand({ DomainId: other }))).DefaultSpaceSettings,
      undefined,
    );
  });

  it("merges an update into its settings: lists are replaced, and what is taken away is gone", async () => {
    await start({ bare: true });
    const before = await describeDomain();
    await update({
      DefaultUserSettings: {
        SecurityGroups: ["sg-1", "sg-2"],
        JupyterLabAppSettings: { BuiltInLifecycleConfigArn: "None" },
      },
    });
    await update({ DefaultUserSettings: { SecurityGroups: ["sg-3"] } });
    assert.deepEqual((await describeDomain()).DefaultUserSettings, {
      ...before.DefaultUserSettings,
      SecurityGroups: ["sg-3"],
    });
    assert.deepEqual((await describeDomain()).DefaultSpaceSettings, before.DefaultSpaceSettings);
  });

  it("takes an update in the place of the settings that it names, where it replaces", async () => {
    await start({ updates: "replace" });
    const before = await describeDomain();
    await update({ DefaultUserSettings: { SecurityGroups: ["sg-1"] } });
    const { DefaultUserSettings, DefaultSpaceSettings } = await describeDomain();
    assert.deepEqual(
      [DefaultUserSettings, DefaultSpaceSettings],
      [{ SecurityGroups: ["sg-1"] }, before.DefaultSpaceSettings],
    );
  });

  it("is Updating for a while after an update, and refuses another", async () => {
    await start({ updatingMs: 300 });
    await update({ DefaultUserSettings: { SecurityGroups: ["sg-1"] } });
    assert.equal((await describeDomain()).Status, "Updating");
    await assert.rejects(update({ DefaultUserSettings: { SecurityGroups: ["sg-2"] } }), refusal("ResourceInUse"));
    while ((await describeDomain()).Status !== "InService") await sleep(20);
    await update({ DefaultUserSettings: { SecurityGroups: ["sg-2"] } });
  });
});

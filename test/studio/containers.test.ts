import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  AddTagsCommand,
  CreateAppCommand,
  CreateDomainCommand,
  DeleteDomainCommand,
  DeleteSpaceCommand,
  DeleteTagsCommand,
  DeleteUserProfileCommand,
  DescribeSpaceCommand,
  ListDomainsCommand,
  ListSpacesCommand,
  ListTagsCommand,
} from "@aws-sdk/client-sagemaker";
import { DomainId, app, deleteApp, makeSpace, refusal, sagemaker, start, studio } from "./account-under-test.ts";

beforeEach(() => start());
afterEach(() => studio.close());

describe("what contains something cannot be deleted", () => {
  it("neither a space with an app, nor a profile with a space, nor a domain with a profile", async () => {
    await makeSpace();
    await sagemaker.send(new CreateAppCommand(app()));
    const UserProfileName = studio.userProfileName;
    await assert.rejects(
      sagemaker.send(new DeleteSpaceCommand({ DomainId, SpaceName: "space-1" })),
      refusal("ResourceInUse"),
    );
    await assert.rejects(
      sagemaker.send(new DeleteUserProfileCommand({ DomainId, UserProfileName })),
      refusal("ResourceInUse"),
    );
    await assert.rejects(sagemaker.send(new DeleteDomainCommand({ DomainId })), refusal("ResourceInUse"));
    await deleteApp();
    await sagemaker.send(new DeleteSpaceCommand({ DomainId, SpaceName: "space-1" }));
    await sagemaker.send(new DeleteUserProfileCommand({ DomainId, UserProfileName }));
    await sagemaker.send(new DeleteDomainCommand({ DomainId }));
    assert.deepEqual((await sagemaker.send(new ListDomainsCommand({}))).Domains, []);
  });
});

describe("spaces, domains and tags", () => {
  it("lists a space with its owner and sharing", async () => {
    await makeSpace();
    const { Spaces } = await sagemaker.send(new ListSpacesCommand({ DomainIdEquals: DomainId }));
    assert.equal(Spaces?.[0]?.OwnershipSettingsSummary?.OwnerUserProfileName, studio.userProfileName);
    assert.equal(Spaces[0].SpaceSharingSettingsSummary?.SharingType, "Private");
    assert.equal(
      (await sagemaker.send(new DescribeSpaceCommand({ DomainId, SpaceName: "space-1" }))).SpaceSettings?.AppType,
      "JupyterLab",
    );
  });

  it("gives another domain an id of its own", async () => {
    const created = await sagemaker.send(
      new CreateDomainCommand({ DomainName: "second", AuthMode: "IAM", DefaultUserSettings: {} }),
    );
    assert.match(created.DomainId ?? "", /^d-[a-z0-9]{12}$/);
    assert.notEqual(created.DomainId, DomainId);
  });

  it("keeps tags of an incarnation, not of the app's name", async () => {
    await makeSpace();
    const { AppArn: ResourceArn } = await sagemaker.send(
      new CreateAppCommand(app({ Tags: [{ Key: "a", Value: "1" }] })),
    );
    await sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: "b", Value: "2" }] }));
    await sagemaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ["a"] }));
    assert.deepEqual((await sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags, [{ Key: "b", Value: "2" }]);
    await deleteApp();
    await sagemaker.send(new CreateAppCommand(app()));
    assert.deepEqual((await sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags, []);
    await assert.rejects(
      sagemaker.send(new ListTagsCommand({ ResourceArn: `${ResourceArn ?? ""}-none` })),
      refusal("ResourceNotFound"),
    );
  });
});

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
import { DomainId, account, refusal, sageMaker, start, studio } from "./under-test.ts";

beforeEach(() => start());
afterEach(() => studio.close());

describe("what contains something cannot be deleted", () => {
  it("neither a space with an app, nor a profile with a space, nor a domain with a profile", async () => {
    await account.createSpace("space-1");
    await account.createApp("space-1");
    const UserProfileName = studio.userProfileName;
    await assert.rejects(
      sageMaker.send(new DeleteSpaceCommand({ DomainId, SpaceName: "space-1" })),
      refusal("ResourceInUse"),
    );
    await assert.rejects(
      sageMaker.send(new DeleteUserProfileCommand({ DomainId, UserProfileName })),
      refusal("ResourceInUse"),
    );
    await assert.rejects(sageMaker.send(new DeleteDomainCommand({ DomainId })), refusal("ResourceInUse"));
    await account.stopApp("space-1");
    await sageMaker.send(new DeleteSpaceCommand({ DomainId, SpaceName: "space-1" }));
    await sageMaker.send(new DeleteUserProfileCommand({ DomainId, UserProfileName }));
    await sageMaker.send(new DeleteDomainCommand({ DomainId }));
    assert.deepEqual((await sageMaker.send(new ListDomainsCommand({}))).Domains, []);
  });
});

describe("spaces, domains and tags", () => {
  it("lists a space with its owner and sharing", async () => {
    await account.createSpace("space-1");
    const { Spaces } = await sageMaker.send(new ListSpacesCommand({ DomainIdEquals: DomainId }));
    assert.equal(Spaces?.[0]?.OwnershipSettingsSummary?.OwnerUserProfileName, studio.userProfileName);
    assert.equal(Spaces[0].SpaceSharingSettingsSummary?.SharingType, "Private");
    assert.equal(
      (await sageMaker.send(new DescribeSpaceCommand({ DomainId, SpaceName: "space-1" }))).SpaceSettings?.AppType,
      "JupyterLab",
    );
  });

  it("gives another domain an id of its own", async () => {
    const created = await sageMaker.send(
      new CreateDomainCommand({ DomainName: "second", AuthMode: "IAM", DefaultUserSettings: {} }),
    );
    assert.match(created.DomainId ?? "", /^d-[a-z0-9]{12}$/);
    assert.notEqual(created.DomainId, DomainId);
  });

  it("keeps tags of an incarnation, not of the app's name", async () => {
    await account.createSpace("space-1");
    const { AppArn: ResourceArn } = await sageMaker.send(
      new CreateAppCommand({ ...account.app("space-1"), Tags: [{ Key: "a", Value: "1" }] }),
    );
    await sageMaker.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: "b", Value: "2" }] }));
    await sageMaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ["a"] }));
    assert.deepEqual((await sageMaker.send(new ListTagsCommand({ ResourceArn }))).Tags, [{ Key: "b", Value: "2" }]);
    await account.stopApp("space-1");
    await account.createApp("space-1");
    assert.deepEqual((await sageMaker.send(new ListTagsCommand({ ResourceArn }))).Tags, []);
    await assert.rejects(
      sageMaker.send(new ListTagsCommand({ ResourceArn: `${ResourceArn ?? ""}-none` })),
      refusal("ResourceNotFound"),
    );
  });
});

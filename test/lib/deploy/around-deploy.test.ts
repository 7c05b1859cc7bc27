import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { afterDeploy, beforeDeploy } from "../../../lib/deploy/around-deploy.ts";
import { fakeAccount, parameters } from "./builders.ts";

const deployment = (given: Record<string, string> = {}, policy = "a") => ({
  name: "studio-reaper-dev",
  parameters: parameters(given),
  policy,
});

describe("before a deploy", () => {
  it("every listed domain must exist", async () => {
    const account = fakeAccount({ domains: ["d-a"] });
    await assert.rejects(
      beforeDeploy(deployment({ domains: "d-a,d-b,d-c" }), account),
      /domains: expected domains that exist in this account and region, got d-b, d-c$/,
    );
    assert.deepEqual((await beforeDeploy(deployment({ domains: "d-a" }), account)).notices, []);
  });

  it("the prefix must be the one that the stage's agents and records have", async () => {
    const account = fakeAccount({ deployed: "a", deployedName: "/old/policy" });
    await assert.rejects(
      beforeDeploy(deployment(), account),
      /prefix: expected \/old, as this stage has it, got \/studio-reaper\./,
    );
  });

  it("nothing is written where CloudFormation will do it", async () => {
    const account = fakeAccount({ deployed: "a", now: "a" });
    assert.deepEqual(await beforeDeploy(deployment({}, "b"), account), { notices: [] });
    assert.deepEqual(account.written, []);
  });

  it("an overwritten or missing policy is written, as CloudFormation would not notice", async () => {
    for (const now of ["edited", undefined]) {
      const account = fakeAccount({ deployed: "a", now });
      const { notices } = await beforeDeploy(deployment({ policy: "overwrite" }), account);
      assert.equal(notices.length, 1);
      assert.deepEqual(account.written, ["a"]);
    }
  });
});

describe("after a deploy", () => {
  it("a policy that was to stay is there, even where CloudFormation wrote the parameter for its tags", async () => {
    const account = fakeAccount({ deployed: "a", now: "edited" });
    const outlook = await beforeDeploy(deployment(), account);
    await account.writePolicy("", "a");
    await afterDeploy(deployment(), outlook, account);
    assert.deepEqual(account.written, ["a", "edited"]);
  });

  it("nothing is written where nothing was to stay, or it did", async () => {
    const untouched = fakeAccount({ deployed: "a", now: "a" });
    await afterDeploy(deployment(), await beforeDeploy(deployment(), untouched), untouched);
    const edited = fakeAccount({ deployed: "a", now: "edited" });
    await afterDeploy(deployment(), await beforeDeploy(deployment(), edited), edited);
    assert.deepEqual([untouched.written, edited.written], [[], []]);
  });
});

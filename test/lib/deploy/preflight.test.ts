import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { preflight, restoreKeptPolicy } from "../../../lib/deploy/preflight.ts";
import { fakeAccount, parameters } from "./builders.ts";

const deployment = (given: Record<string, string> = {}, policy = "a") => ({
  name: "studio-reaper-dev",
  parameters: parameters(given),
  policy,
});

describe("the preflight", () => {
  it("every listed domain must exist", async () => {
    const account = fakeAccount({ domains: ["d-a"] });
    await assert.rejects(
      preflight(deployment({ domains: "d-a,d-b,d-c" }), account),
      /domains: expected domains that exist in this account and region, got d-b, d-c$/,
    );
    assert.deepEqual((await preflight(deployment({ domains: "d-a" }), account)).notices, []);
  });

  it("the prefix must be the one that the stage's agents and records have", async () => {
    const account = fakeAccount({ deployed: "a", deployedName: "/old/policy" });
    await assert.rejects(
      preflight(deployment(), account),
      /prefix: expected \/old, as this stage has it, got \/studio-reaper\./,
    );
  });

  it("nothing is written where CloudFormation will do it", async () => {
    const account = fakeAccount({ deployed: "a", current: "a" });
    assert.deepEqual(await preflight(deployment({}, "b"), account), { notices: [] });
    assert.deepEqual(account.written, []);
  });

  it("an overwritten or missing policy is written, as CloudFormation would not notice", async () => {
    for (const current of ["edited", undefined]) {
      const account = fakeAccount({ deployed: "a", current });
      const { notices } = await preflight(deployment({ policy: "overwrite" }), account);
      assert.equal(notices.length, 1);
      assert.deepEqual(account.written, ["a"]);
    }
  });
});

describe("after a deploy", () => {
  it("a policy that was to stay is there, even where CloudFormation wrote the parameter for its tags", async () => {
    const account = fakeAccount({ deployed: "a", current: "edited" });
    const result = await preflight(deployment(), account);
    await account.writePolicy("", "a");
    await restoreKeptPolicy(deployment(), result, account);
    assert.deepEqual(account.written, ["a", "edited"]);
  });

  it("nothing is written where nothing was to stay, or it did", async () => {
    const untouched = fakeAccount({ deployed: "a", current: "a" });
    await restoreKeptPolicy(deployment(), await preflight(deployment(), untouched), untouched);
    const edited = fakeAccount({ deployed: "a", current: "edited" });
    await restoreKeptPolicy(deployment(), await preflight(deployment(), edited), edited);
    assert.deepEqual([untouched.written, edited.written], [[], []]);
  });
});

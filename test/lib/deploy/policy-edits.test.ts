import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { planPolicy, type PolicyStep, type PolicyVersions } from "../../../lib/deploy/policy-edits.ts";
import { Refused } from "../../../lib/deploy/refused.ts";

const plan = (versions: PolicyVersions, edits: "keep-edits" | "overwrite" = "keep-edits") =>
  planPolicy(versions, edits, "/studio-reaper/policy");

describe("a policy parameter", () => {
  const cases: readonly [
    policy: string,
    versions: PolicyVersions,
    keepingEdits: PolicyStep | "refuse",
    overwriting: PolicyStep | "refuse",
  ][] = [
    [
      "is CloudFormation's at the first deploy",
      { deployed: undefined, current: undefined, wanted: "a" },
      "leave-to-cloudformation",
      "leave-to-cloudformation",
    ],
    [
      "that is not from this stack is never taken over",
      { deployed: undefined, current: "a", wanted: "a" },
      "refuse",
      "refuse",
    ],
    [
      "that nobody touched follows policy.yml",
      { deployed: "a", current: "a", wanted: "b" },
      "leave-to-cloudformation",
      "leave-to-cloudformation",
    ],
    [
      "that was changed by hand as policy.yml was is at one with it",
      { deployed: "a", current: "b", wanted: "b" },
      "leave-to-cloudformation",
      "leave-to-cloudformation",
    ],
    [
      "that was changed by hand stays where policy.yml did not change",
      { deployed: "a", current: "b", wanted: "a" },
      "keep",
      "write",
    ],
    [
      "that was changed by hand is not lost to a changed policy.yml",
      { deployed: "a", current: "b", wanted: "c" },
      "refuse",
      "write",
    ],
    [
      "that nobody touched follows policy.yml, though CloudFormation returns it in ASCII",
      { deployed: "a # f?r", current: "a # für", wanted: "b" },
      "leave-to-cloudformation",
      "leave-to-cloudformation",
    ],
    [
      "that was changed by hand stays where policy.yml did not, though CloudFormation returns it in ASCII",
      { deployed: "a # f?r", current: "b", wanted: "a # für" },
      "keep",
      "write",
    ],
    ["that somebody deleted comes back", { deployed: "a", current: undefined, wanted: "a" }, "write", "write"],
  ];
  for (const [policy, versions, keepingEdits, overwriting] of cases) {
    it(policy, () => {
      for (const [edits, expected] of [
        ["keep-edits", keepingEdits],
        ["overwrite", overwriting],
      ] as const) {
        if (expected === "refuse") assert.throws(() => plan(versions, edits), Refused);
        else assert.equal(plan(versions, edits), expected);
      }
    });
  }

  it("is named with the way out where the deploy is refused", () => {
    assert.throws(
      () => plan({ deployed: "a", current: "b", wanted: "c" }),
      /\/studio-reaper\/policy was changed by hand.*policy\.yml was changed, too.*--param policy=overwrite/,
    );
    assert.throws(
      () => plan({ deployed: undefined, current: "b", wanted: "c" }),
      /\/studio-reaper\/policy is there already.*aws ssm delete-parameter --name \/studio-reaper\/policy/,
    );
  });
});

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
      { deployed: undefined, now: undefined, wanted: "a" },
      "leave-to-cloudformation",
      "leave-to-cloudformation",
    ],
    [
      "that is not from this stack is never taken over",
      { deployed: undefined, now: "a", wanted: "a" },
      "refuse",
      "refuse",
    ],
    [
      "that nobody touched follows policy.yml",
      { deployed: "a", now: "a", wanted: "b" },
      "leave-to-cloudformation",
      "leave-to-cloudformation",
    ],
    [
      "that was changed by hand as policy.yml was is at one with it",
      { deployed: "a", now: "b", wanted: "b" },
      "leave-to-cloudformation",
      "leave-to-cloudformation",
    ],
    [
      "that was changed by hand stays where policy.yml did not change",
      { deployed: "a", now: "b", wanted: "a" },
      "keep",
      "write",
    ],
    [
      "that was changed by hand is not lost to a changed policy.yml",
      { deployed: "a", now: "b", wanted: "c" },
      "refuse",
      "write",
    ],
    [
      "that nobody touched follows policy.yml, though CloudFormation cannot spell what was deployed",
      { deployed: "a # f?r", now: "a # für", wanted: "b" },
      "leave-to-cloudformation",
      "leave-to-cloudformation",
    ],
    [
      "that was changed by hand stays where policy.yml did not, though CloudFormation cannot spell it",
      { deployed: "a # f?r", now: "b", wanted: "a # für" },
      "keep",
      "write",
    ],
    ["that somebody deleted comes back", { deployed: "a", now: undefined, wanted: "a" }, "write", "write"],
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
      () => plan({ deployed: "a", now: "b", wanted: "c" }),
      /\/studio-reaper\/policy was changed by hand.*policy\.yml was changed, too.*--param policy=overwrite/,
    );
    assert.throws(
      () => plan({ deployed: undefined, now: "b", wanted: "c" }),
      /\/studio-reaper\/policy is there already.*aws ssm delete-parameter --name \/studio-reaper\/policy/,
    );
  });
});

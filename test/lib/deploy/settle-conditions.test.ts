import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settleConditions } from "../../../lib/deploy/settle-conditions.ts";

const template = {
  Conditions: { Yes: true, No: false },
  Resources: {
    Always: {
      Type: "A",
      DependsOn: ["Kept", "Dropped"],
      Properties: { Topic: { "Fn::If": ["No", "own", { Ref: "Kept" }] }, List: [{ "Fn::If": ["Yes", 1, 2] }] },
    },
    Kept: { Type: "B", Condition: "Yes", DependsOn: "Dropped" },
    Dropped: { Type: "C", Condition: "No" },
  },
  Outputs: { Topic: { Value: { "Fn::If": ["Yes", "a", "b"] } } },
};

describe("a template with settled conditions", () => {
  it("has what there will be, and nothing that depends on what there will not", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(settleConditions(template))), {
      Resources: {
        Always: { Type: "A", DependsOn: ["Kept"], Properties: { Topic: { Ref: "Kept" }, List: [1] } },
        Kept: { Type: "B" },
      },
      Outputs: { Topic: { Value: "a" } },
    });
  });

  it("is not made where a condition is missing", () => {
    assert.throws(
      () => settleConditions({ Resources: { A: { Type: "A", Condition: "Typo" } } }),
      /Conditions\.Typo: is missing/,
    );
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resolveConditions } from "../../../lib/deploy/resolve-conditions.ts";

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

describe("a template with resolved conditions", () => {
  it("has the resources whose condition is true, and no dependency on the others", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(resolveConditions(template))), {
      Resources: {
        Always: { Type: "A", DependsOn: ["Kept"], Properties: { Topic: { Ref: "Kept" }, List: [1] } },
        Kept: { Type: "B" },
      },
      Outputs: { Topic: { Value: "a" } },
    });
  });

  it("is not made where a condition is missing", () => {
    assert.throws(
      () => resolveConditions({ Resources: { A: { Type: "A", Condition: "Typo" } } }),
      /Conditions\.Typo: is missing/,
    );
  });
});

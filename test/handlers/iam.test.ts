import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as v from "valibot";
import type { Call } from "../studio/calls.ts";
import { rehearseApp } from "./app-rehearsal.ts";
import { rehearseAttach } from "./attach-rehearsal.ts";
import { rehearseSweep } from "./rehearsal.ts";
import { statementsOf, covers, type Statement } from "./roles.ts";

const ACCOUNT = "us-east-1:123456789012";

/** The actions that IAM requires in addition to the operation's own, according to the service's reference. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  // Creating with tags needs the permission to tag.
  "sagemaker:CreateStudioLifecycleConfig": ["sagemaker:AddTags"],
};

/** What IAM calls a service, where that differs. */
const IAM_NAMES: Readonly<Record<string, string>> = { resourcegroupstaggingapi: "tag" };
const actionOf = ({ service, operation }: Call) => `${IAM_NAMES[service] ?? service}:${operation}`;

const actionsOf = ({ service, operation, input }: Call): readonly string[] => [
  actionOf({ service, operation, input, at: 0 }),
  ...(IMPLIED[`${service}:${operation}`] ?? []),
  // Naming an execution role to a service needs the permission to pass it.
  ...(JSON.stringify(input).includes('"ExecutionRole"') ? ["iam:PassRole"] : []),
];

const Input = v.object({
  Name: v.optional(v.string()),
  Names: v.optional(v.array(v.string())),
  Path: v.optional(v.string()),
  DomainId: v.optional(v.string()),
  UserProfileName: v.optional(v.string()),
  SpaceName: v.optional(v.string()),
  AppName: v.optional(v.string()),
  StudioLifecycleConfigName: v.optional(v.string()),
  PolicyArn: v.optional(v.string()),
  RoleName: v.optional(v.string()),
});

/** The ARNs of the resources that a call names. A list names none. A parameter's name begins with a slash. */
function resourcesOf({ operation, input }: Call): readonly string[] {
  const { Name, Names = [], Path, RoleName, PolicyArn, ...studio } = v.parse(Input, input);
  // IAM's reference does not say whether the ARN has the version that a name may end in: both have to be permitted.
  const names = [Name ?? [], Names, Path ?? []].flat().flatMap((name) => [name, name.replace(/:\d+$/, "")]);
  const parameters = names.map((name) => `arn:aws:ssm:${ACCOUNT}:parameter${name}`);
  if (operation === "PutEvents") return [`arn:aws:events:${ACCOUNT}:event-bus/default`];
  if (RoleName !== undefined) return [`arn:aws:iam::123456789012:role/${RoleName}`];
  if (PolicyArn !== undefined) return [PolicyArn];
  return operation.startsWith("List")
    ? parameters
    : [...parameters, ...studioArn(studio).map((name) => `arn:aws:sagemaker:${ACCOUNT}:${name}`)];
}

type StudioNames = Partial<
  Pick<
    v.InferOutput<typeof Input>,
    "DomainId" | "UserProfileName" | "SpaceName" | "AppName" | "StudioLifecycleConfigName"
  >
>;

function studioArn({
  DomainId = "",
  UserProfileName,
  SpaceName,
  AppName,
  StudioLifecycleConfigName,
}: StudioNames): readonly string[] {
  if (StudioLifecycleConfigName !== undefined) return [`studio-lifecycle-config/${StudioLifecycleConfigName}`];
  if (AppName !== undefined) return [`app/${DomainId}/${SpaceName ?? UserProfileName ?? ""}/jupyterlab/${AppName}`];
  if (SpaceName !== undefined) return [`space/${DomainId}/${SpaceName}`];
  if (UserProfileName !== undefined) return [`user-profile/${DomainId}/${UserProfileName}`];
  return DomainId === "" ? [] : [`domain/${DomainId}`];
}

const rehearsals = [
  ["the function with the", "SweepRole", async () => (await rehearseSweep()).calls],
  ["the function with the", "AttachRole", rehearseAttach],
  ["an app with the", "HeartbeatPolicy", rehearseApp],
] as const;

for (const [who, resource, rehearse] of rehearsals) {
  describe(`${who} ${resource}`, () => {
    let calls: readonly Call[];
    let statements: readonly Statement[];
    before(async () => {
      [calls, statements] = [await rehearse(), await statementsOf(resource)];
    });

    it("may do all that it does", () => {
      const allowed = new Set(statements.flatMap(({ Action }) => Action));
      assert.deepEqual(
        [...new Set(calls.flatMap(actionsOf))].filter((action) => !allowed.has(action)),
        [],
      );
    });

    it("may do nothing that it does not do", () => {
      const done = new Set(calls.flatMap(actionsOf));
      assert.deepEqual(
        statements.flatMap(({ Action }) => Action).filter((action) => !done.has(action)),
        [],
      );
    });

    it("may do it to each thing that it does it to", () => {
      const refused = calls.flatMap((call) => {
        const patterns = statements
          .filter(({ Action }) => Action.includes(`${call.service}:${call.operation}`))
          .flatMap(({ Resource }) => Resource);
        return resourcesOf(call)
          .filter((arn) => !patterns.some((pattern) => covers(pattern, arn)))
          .map((arn) => `${call.operation} ${arn}`);
      });
      assert.deepEqual([...new Set(refused)], []);
      assert.ok(calls.flatMap(resourcesOf).length > 0);
    });

    it("may do nothing by a wildcard, and to everything only what lists", () => {
      for (const { Action, Resource, Sid } of statements) {
        assert.deepEqual(
          Action.filter((action) => action.includes("*")),
          [],
          Sid,
        );
        if (Resource.includes("*"))
          assert.deepEqual(
            Action.filter((action) => !action.includes(":List") && action !== "tag:GetResources"),
            [],
            Sid,
          );
      }
    });
  });
}

describe("an app with the HeartbeatPolicy", () => {
  const forbidden = ["agent/0123456789abcdef/00", "policy", "instructions", "attachments/d-1", "notices/d-1/space/s"];
  for (const name of forbidden) {
    it(`may not write ${name}`, async () => {
      const writing = (await statementsOf("HeartbeatPolicy")).filter(({ Action }) =>
        Action.some((action) => !action.startsWith("ssm:Get")),
      );
      const arn = `arn:aws:ssm:${ACCOUNT}:parameter/studio-reaper/${name}`;
      assert.ok(writing.length > 0);
      assert.ok(!writing.some(({ Resource }) => Resource.some((pattern) => covers(pattern, arn))));
    });
  }
});

describe("the function with the SweepRole", () => {
  for (const [type, isDeletable] of Object.entries({
    JupyterLab: true,
    codeeditor: true,
    KernelGateway: false,
    Canvas: false,
    RStudioServerPro: false,
  })) {
    it(`${isDeletable ? "may" : "may not"} delete an app of the type ${type}`, async () => {
      const deleting = (await statementsOf("SweepRole")).filter(({ Action }) => Action.includes("sagemaker:DeleteApp"));
      const arn = `arn:aws:sagemaker:${ACCOUNT}:app/d-1/ada/${type}/default`;
      assert.equal(deleting.length, 1);
      assert.equal(
        deleting.some(({ Resource }) => Resource.some((pattern) => covers(pattern, arn))),
        isDeletable,
      );
    });
  }
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CloudFormationClient, CreateStackCommand, DescribeStackResourceCommand } from "@aws-sdk/client-cloudformation";
import { AttachRolePolicyCommand, DetachRolePolicyCommand } from "@aws-sdk/client-iam";
import * as v from "valibot";
import type { RoleRecord } from "../../../lib/attach/ports.ts";
import { refuseAttachedPolicy } from "../../../lib/deploy/policy-holders.ts";
import { Refused } from "../../../lib/deploy/refused.ts";
import { type Moto, startMoto } from "../../studio/moto.ts";
import { createRole, iamOf } from "../attach/moto-iam.ts";

const STACK = "studio-reaper-dev";
const TEMPLATE = {
  Resources: {
    HeartbeatPolicy: {
      Type: "AWS::IAM::ManagedPolicy",
      Properties: {
        ManagedPolicyName: "heartbeats",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "ssm:PutParameter", Resource: "*" }],
        },
      },
    },
  },
};

describe("the removal of a stack", () => {
  let moto: Moto;
  let cloudFormation: CloudFormationClient;
  let held: { RoleName: string; PolicyArn: string };
  before(async () => {
    moto = await startMoto();
    const credentials = { accessKeyId: "embedded", secretAccessKey: "embedded" };
    cloudFormation = new CloudFormationClient({ endpoint: moto.endpoint, region: moto.region, credentials });
    await cloudFormation.send(new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify(TEMPLATE) }));
    const { StackResourceDetail } = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName: STACK, LogicalResourceId: "HeartbeatPolicy" }),
    );
    held = { RoleName: "StudioExecution", PolicyArn: v.parse(v.string(), StackResourceDetail?.PhysicalResourceId) };
    await createRole(iamOf(moto.endpoint));
  });
  after(() => moto.close());

  const refuse = (...records: RoleRecord[]) =>
    refuseAttachedPolicy({ cloudFormation, iam: iamOf(moto.endpoint) }, STACK, {
      roles: () => Promise.resolve(records),
    });

  it("is refused while a role that the stack leaves alone has its heartbeat policy, by its name", async () => {
    await refuse();
    await iamOf(moto.endpoint).send(new AttachRolePolicyCommand(held));
    await assert.rejects(refuse(), (error: unknown) => {
      assert.ok(error instanceof Refused);
      assert.match(error.message, /attached to roles that the stack leaves alone: StudioExecution\. Detach it/);
      return true;
    });
    await refuse({ name: held.RoleName, policyArn: held.PolicyArn });
    await iamOf(moto.endpoint).send(new DetachRolePolicyCommand(held));
    await refuse();
  });
});

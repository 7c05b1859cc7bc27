import { CreatePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import * as v from "valibot";

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "ssm:PutParameter", Resource: "*" }],
});

/** IAM of a moto server. */
export function iamOf(endpoint: string): IAMClient {
  const credentials = { accessKeyId: "embedded", secretAccessKey: "embedded" };
  return new IAMClient({ endpoint, region: "us-east-1", credentials });
}

/** Makes a role, by default the execution role of the embedded account's domain. */
export async function createRole(iam: IAMClient, RoleName = "StudioExecution"): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}" }));
}

/** Makes a policy, as the deploy's stack does; answers its ARN. */
export async function createPolicy(iam: IAMClient, PolicyName: string): Promise<string> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: POLICY }));
  return v.parse(v.string(), Policy?.Arn);
}

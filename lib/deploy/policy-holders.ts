import { DescribeStackResourceCommand } from "@aws-sdk/client-cloudformation";
import type { Records } from "../attach/ports.ts";
import { createRoles } from "../aws/roles.ts";
import type { AccountClients } from "./account.ts";
import { Refused } from "./refused.ts";

type Clients = Pick<AccountClients, "cloudFormation" | "iam">;
type RoleRecords = Pick<Records, "roles">;

/**
 * Refuses to remove a stack whose heartbeat policy is attached to roles that the stack does not detach it from:
 * CloudFormation could not delete the policy, and would not say whose it is. Where this cannot be read, nothing is
 * refused.
 */
export async function refuseAttachedPolicy(clients: Clients, stack: string, records: RoleRecords): Promise<void> {
  const holders = await holdersOf(clients, stack, records).catch(() => []);
  if (holders.length === 0) return;
  throw new Refused(
    `The heartbeat policy of this stack is attached to roles that the stack leaves alone: ${holders.join(", ")}. ` +
      "Detach it from them first, since it cannot be deleted otherwise.",
  );
}

async function holdersOf(
  { cloudFormation, iam }: Clients,
  StackName: string,
  records: RoleRecords,
): Promise<readonly string[]> {
  const request = new DescribeStackResourceCommand({ StackName, LogicalResourceId: "HeartbeatPolicy" });
  const { StackResourceDetail } = await cloudFormation.send(request);
  const recorded = new Set((await records.roles()).map(({ name }) => name));
  const withPolicy = await createRoles(iam).withPolicy(StackResourceDetail?.PhysicalResourceId ?? "");
  return [...withPolicy].filter((name) => !recorded.has(name)).sort();
}

import {
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  paginateListEntitiesForPolicy,
} from "@aws-sdk/client-iam";
import type { Roles } from "../attach/ports.ts";
import { RETRIES_AND_TIMEOUTS } from "./clients.ts";
import { isNamed } from "../domain/errors.ts";

/** The account's roles, over the IAM API. */
export function createRoles(client = new IAMClient(RETRIES_AND_TIMEOUTS)): Roles {
  return {
    async withPolicy(PolicyArn) {
      const names = new Set<string>();
      try {
        for await (const { PolicyRoles = [] } of paginateListEntitiesForPolicy(
          { client, pageSize: 1000 },
          { PolicyArn, EntityFilter: "Role" },
        )) {
          for (const { RoleName } of PolicyRoles) if (RoleName) names.add(RoleName);
        }
      } catch (error) {
        if (!isNamed(error, "NoSuchEntityException", "NoSuchEntity")) throw error;
      }
      return names;
    },
    async attach({ name, policyArn }) {
      await client.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: policyArn }));
    },
    async detach({ name, policyArn }) {
      try {
        await client.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: policyArn }));
        return "detached";
      } catch (error) {
        // The role no longer exists, or lost the policy already: nothing is left to detach.
        if (isNamed(error, "NoSuchEntityException", "NoSuchEntity")) return "gone";
        throw error;
      }
    },
  };
}

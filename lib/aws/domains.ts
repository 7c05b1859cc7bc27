import {
  DescribeDomainCommand,
  DescribeUserProfileCommand,
  paginateListDomains,
  paginateListUserProfiles,
  UpdateDomainCommand,
  UpdateUserProfileCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";

import type { Domains } from "../attach/ports.ts";
import type { SettingsTarget, TargetState } from "../attach/settings-target.ts";
import { isNamed, unlessNamed } from "../domain/errors.ts";
import { isUnifiedStudio } from "./studio-domains.ts";

const GONE = "ResourceNotFound";

/** Studio's domains and user profiles, over the SageMaker API. */
export function createDomains(client: SageMakerClient): Domains {
  return {
    async ids() {
      const ids: string[] = [];
      for await (const { Domains: domains = [] } of paginateListDomains({ client }, { MaxResults: 100 })) {
        for (const { DomainId } of domains) if (DomainId) ids.push(DomainId);
      }
      return ids;
    },
    async profileNames(domainId) {
      const names: string[] = [];
      for await (const { UserProfiles = [] } of paginateListUserProfiles(
        { client },
        { DomainIdEquals: domainId, MaxResults: 100 },
      )) {
        for (const { UserProfileName } of UserProfiles) if (UserProfileName) names.push(UserProfileName);
      }
      return names;
    },
    target: ({ domainId, profile }) =>
      profile === undefined ? domainTarget(client, domainId) : profileTarget(client, domainId, profile),
  };
}

function domainTarget(client: SageMakerClient, domainId: string): SettingsTarget {
  return {
    domainId,
    async describe() {
      const answer = await unlessNamed(client.send(new DescribeDomainCommand({ DomainId: domainId })), GONE);
      if (answer === undefined) return undefined;
      const { Status, FailureReason, DefaultUserSettings, DefaultSpaceSettings } = answer;
      const settings = {
        ...(DefaultUserSettings && { DefaultUserSettings }),
        ...(DefaultSpaceSettings && { DefaultSpaceSettings }),
      };
      return { ...targetState(Status, FailureReason, settings), isUnifiedStudio: isUnifiedStudio(answer) };
    },
    update: ({ DefaultUserSettings, DefaultSpaceSettings }) =>
      unlessBusy(() =>
        client.send(new UpdateDomainCommand({ DomainId: domainId, DefaultUserSettings, DefaultSpaceSettings })),
      ),
  };
}

function profileTarget(client: SageMakerClient, domainId: string, profile: string): SettingsTarget {
  const key = { DomainId: domainId, UserProfileName: profile };
  return {
    domainId,
    profile,
    async describe() {
      const answer = await unlessNamed(client.send(new DescribeUserProfileCommand(key)), GONE);
      return (
        answer &&
        targetState(answer.Status, answer.FailureReason, {
          ...(answer.UserSettings && { UserSettings: answer.UserSettings }),
        })
      );
    },
    update: ({ UserSettings }) => unlessBusy(() => client.send(new UpdateUserProfileCommand({ ...key, UserSettings }))),
  };
}

function targetState(
  status: string | undefined,
  failureReason: string | undefined,
  settings: TargetState["settings"],
): TargetState {
  if (status === undefined) throw new Error("SageMaker described it without its Status");
  return { status, failureReason, settings };
}

async function unlessBusy(call: () => Promise<unknown>): Promise<"sent" | "busy"> {
  try {
    await call();
    return "sent";
  } catch (error) {
    if (isNamed(error, "ResourceInUse")) return "busy";
    throw error;
  }
}

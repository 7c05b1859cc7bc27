import { type Json, timestamp } from "../wire/operation.ts";
import { textAt } from "./settings.ts";
import type { Space } from "./state.ts";

/** A space as ListSpaces has it. */
export function summary(space: Space): Json {
  const { owner, sharing, settings } = space;
  return {
    ...common(space),
    OwnershipSettingsSummary: owner === undefined ? undefined : { OwnerUserProfileName: owner },
    SpaceSharingSettingsSummary: sharing === undefined ? undefined : { SharingType: sharing },
    SpaceSettingsSummary: {
      AppType: textAt(settings, "AppType"),
      SpaceStorageSettings: settings["SpaceStorageSettings"],
    },
  };
}

/** A space as DescribeSpace has it. */
export function described(space: Space): Json {
  const { arn, owner, sharing, settings } = space;
  return {
    ...common(space),
    SpaceArn: arn,
    SpaceSettings: settings,
    OwnershipSettings: owner === undefined ? undefined : { OwnerUserProfileName: owner },
    SpaceSharingSettings: sharing === undefined ? undefined : { SharingType: sharing },
  };
}

function common({ domainId, name, displayName, createdAt, modifiedAt }: Space): Json {
  return {
    DomainId: domainId,
    SpaceName: name,
    SpaceDisplayName: displayName,
    Status: "InService",
    CreationTime: timestamp(createdAt),
    LastModifiedTime: timestamp(modifiedAt),
  };
}

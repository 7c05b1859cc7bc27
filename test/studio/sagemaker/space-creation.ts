import * as v from "valibot";
import { type AwsAccount, arnOf } from "../aws-account.ts";
import { resourceInUse, validationError } from "../wire/errors.ts";
import type { Json } from "../wire/operation.ts";
import { findDomain } from "./find.ts";
import { Settings, requireAttachable } from "./settings.ts";
import { type State, within } from "./state.ts";
import { Tags, tagNew } from "./tags.ts";

export const CreateSpace = v.object({
  DomainId: v.string(),
  SpaceName: v.string(),
  SpaceDisplayName: v.optional(v.string()),
  SpaceSettings: v.optional(Settings, {}),
  OwnershipSettings: v.optional(v.object({ OwnerUserProfileName: v.string() })),
  SpaceSharingSettings: v.optional(v.object({ SharingType: v.picklist(["Private", "Shared"]) })),
  Tags: v.optional(Tags),
});
type CreateSpace = v.InferOutput<typeof CreateSpace>;

/** Makes a space; ownership and sharing come together or not at all. */
export function createSpace(account: AwsAccount, state: State, input: CreateSpace): Json {
  const { DomainId: domainId, SpaceName: name, SpaceSettings: settings } = input;
  findDomain(state, domainId);
  if (state.spaces.has(within(domainId, name)))
    throw resourceInUse(`Space [${name}] already exists in Domain [${domainId}].`);
  requireOwner(state, input);
  requireAttachable(settings, state.lifecycleConfigs.values());
  const arn = arnOf(account, "sagemaker", `space/${domainId}/${name}`);
  const now = account.now();
  state.spaces.set(within(domainId, name), {
    domainId,
    name,
    arn,
    settings,
    createdAt: now,
    modifiedAt: now,
    displayName: input.SpaceDisplayName,
    owner: input.OwnershipSettings?.OwnerUserProfileName,
    sharing: input.SpaceSharingSettings?.SharingType,
  });
  tagNew(state, arn, input.Tags);
  return { SpaceArn: arn };
}

function requireOwner(state: State, { DomainId, OwnershipSettings, SpaceSharingSettings }: CreateSpace): void {
  if ((OwnershipSettings === undefined) !== (SpaceSharingSettings === undefined)) {
    throw validationError("OwnershipSettings and SpaceSharingSettings have to be given together.");
  }
  const owner = OwnershipSettings?.OwnerUserProfileName;
  if (owner !== undefined && !state.profiles.has(within(DomainId, owner))) {
    throw validationError(`UserProfile [${owner}] does not exist in Domain [${DomainId}].`);
  }
}

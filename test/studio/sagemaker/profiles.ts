import * as v from "valibot";
import { type AwsAccount, arnOf } from "../aws-account.ts";
import { resourceInUse } from "../wire/errors.ts";
import { type Json, type Operation, operation, timestamp } from "../wire/operation.ts";
import { findDomain, findProfile, livingApps } from "./find.ts";
import { CreationOrder, Paging } from "./paging.ts";
import { Settings, type Updates, requireAttachable, updated } from "./settings.ts";
import { type Profile, type State, within } from "./state.ts";
import { Tags, tagNew } from "./tags.ts";

const Key = v.object({ DomainId: v.string(), UserProfileName: v.string() });
const Create = v.looseObject({ ...Key.entries, UserSettings: v.optional(Settings, {}), Tags: v.optional(Tags) });
const Update = v.object({ ...Key.entries, UserSettings: v.exactOptional(Settings) });
const List = v.object({
  ...Paging,
  DomainIdEquals: v.optional(v.string()),
  UserProfileNameContains: v.optional(v.string(), ""),
});

/** The life of user profiles: there at once, gone at once. */
export function profileOperations(account: AwsAccount, state: State, updates: Updates): Record<string, Operation> {
  const inOrder = new CreationOrder<Profile>(({ arn }) => arn);
  return {
    CreateUserProfile: operation(Create, (input) => createProfile(account, state, input)),
    DescribeUserProfile: operation(Key, (input) => {
      const profile = findProfile(state, input.DomainId, input.UserProfileName);
      return { ...profile.request, ...summary(profile), UserProfileArn: profile.arn, UserSettings: profile.settings };
    }),
    UpdateUserProfile: operation(Update, (input) => {
      const profile = findProfile(state, input.DomainId, input.UserProfileName);
      requireAttachable(input.UserSettings, state.lifecycleConfigs.values());
      profile.settings = updated(profile.settings, input.UserSettings, updates);
      profile.modifiedAt = account.now();
      return { UserProfileArn: profile.arn };
    }),
    ListUserProfiles: operation(List, (input) => {
      const isWanted = ({ domainId, name }: Profile): boolean =>
        domainId === (input.DomainIdEquals ?? domainId) && name.includes(input.UserProfileNameContains);
      const page = inOrder.pageOf([...state.profiles.values()].filter(isWanted), input);
      return { UserProfiles: page.items.map(summary), NextToken: page.nextToken };
    }),
    DeleteUserProfile: operation(Key, ({ DomainId, UserProfileName }) =>
      deleteProfile(state, DomainId, UserProfileName),
    ),
  };
}

function createProfile(account: AwsAccount, state: State, input: v.InferOutput<typeof Create>): Json {
  const { DomainId: domainId, UserProfileName: name, UserSettings: settings, Tags: tags, ...request } = input;
  findDomain(state, domainId);
  if (state.profiles.has(within(domainId, name)))
    throw resourceInUse(`UserProfile [${name}] already exists in Domain [${domainId}].`);
  requireAttachable(settings, state.lifecycleConfigs.values());
  const arn = arnOf(account, "sagemaker", `user-profile/${domainId}/${name}`);
  const now = account.now();
  state.profiles.set(within(domainId, name), {
    domainId,
    name,
    arn,
    createdAt: now,
    modifiedAt: now,
    request,
    settings,
  });
  tagNew(state, arn, tags);
  return { UserProfileArn: arn };
}

function deleteProfile(state: State, domainId: string, name: string): Json {
  const { arn } = findProfile(state, domainId, name);
  const ownsSpace = [...state.spaces.values()].some((space) => space.domainId === domainId && space.owner === name);
  const apps = livingApps(
    state,
    (app) => app.domainId === domainId && app.owner.kind === "user" && app.owner.name === name,
  );
  if (ownsSpace || apps.length > 0) throw resourceInUse(`UserProfile [${name}] still has spaces or apps.`);
  state.profiles.delete(within(domainId, name));
  state.tags.delete(arn);
  return {};
}

function summary({ domainId, name, createdAt, modifiedAt }: Profile): Json {
  return {
    DomainId: domainId,
    UserProfileName: name,
    Status: "InService",
    CreationTime: timestamp(createdAt),
    LastModifiedTime: timestamp(modifiedAt),
  };
}

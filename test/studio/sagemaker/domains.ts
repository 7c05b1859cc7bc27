import { randomInt } from "node:crypto";
import * as v from "valibot";
import { type AwsAccount, arnOf } from "../aws-account.ts";
import { resourceInUse } from "../wire/errors.ts";
import { type Json, type Operation, operation, timestamp } from "../wire/operation.ts";
import { findDomain, livingApps } from "./find.ts";
import { CreationOrder, Paging } from "./paging.ts";
import { Settings, type Updates, requireAttachable, updated } from "./settings.ts";
import type { Domain, State } from "./state.ts";
import { Tags, tagNew } from "./tags.ts";

const Id = v.object({ DomainId: v.string() });
const Create = v.looseObject({
  DomainName: v.string(),
  DefaultUserSettings: Settings,
  DefaultSpaceSettings: v.optional(Settings),
  Tags: v.optional(Tags),
});
const Update = v.looseObject({
  DomainId: v.string(),
  DefaultUserSettings: v.optional(Settings),
  DefaultSpaceSettings: v.optional(Settings),
  DomainSettingsForUpdate: v.optional(Settings),
});

/** The life of domains: there at once, gone at once; an update may take a while. */
export function domainOperations(account: AwsAccount, state: State, updates: Updates): Record<string, Operation> {
  const inOrder = new CreationOrder<Domain>(({ id }) => id);
  return {
    CreateDomain: operation(Create, (input) => createDomain(account, state, input)),
    DescribeDomain: operation(Id, ({ DomainId }) => described(findDomain(state, DomainId))),
    UpdateDomain: operation(Update, (input) => {
      const { DomainId, DefaultUserSettings, DefaultSpaceSettings, DomainSettingsForUpdate, ...rest } = input;
      const domain = findDomain(state, DomainId);
      requireAttachable([DefaultUserSettings, DefaultSpaceSettings], state.lifecycleConfigs.values());
      if (isUpdating(domain)) throw resourceInUse(`Domain [${DomainId}] is being updated.`);
      domain.userSettings = updated(domain.userSettings, DefaultUserSettings, updates);
      domain.spaceSettings = updated(domain.spaceSettings, DefaultSpaceSettings, updates);
      domain.updatingUntil = performance.now() + updates.updatingMs;
      const settings = DomainSettingsForUpdate && { DomainSettings: DomainSettingsForUpdate };
      domain.request = { ...domain.request, ...rest, ...settings };
      domain.modifiedAt = account.now();
      return { DomainArn: domain.arn };
    }),
    ListDomains: operation(v.object(Paging), (input) => {
      const page = inOrder.pageOf([...state.domains.values()], input);
      return { Domains: page.items.map(summary), NextToken: page.nextToken };
    }),
    DeleteDomain: operation(Id, ({ DomainId }) => deleteDomain(state, DomainId)),
  };
}

function createDomain(account: AwsAccount, state: State, input: v.InferOutput<typeof Create>): Json {
  const { DomainName, DefaultUserSettings, DefaultSpaceSettings, Tags: tags, ...request } = input;
  if ([...state.domains.values()].some(({ name }) => name === DomainName))
    throw resourceInUse(`Domain [${DomainName}] already exists.`);
  requireAttachable([DefaultUserSettings, DefaultSpaceSettings], state.lifecycleConfigs.values());
  const id = newId();
  const arn = arnOf(account, "sagemaker", `domain/${id}`);
  const now = account.now();
  state.domains.set(id, {
    id,
    name: DomainName,
    arn,
    createdAt: now,
    modifiedAt: now,
    request,
    userSettings: DefaultUserSettings,
    spaceSettings: DefaultSpaceSettings,
  });
  tagNew(state, arn, tags);
  return { DomainArn: arn, DomainId: id, Url: urlOf(id) };
}

function deleteDomain(state: State, id: string): Json {
  const { arn } = findDomain(state, id);
  const contents = [...state.profiles.values(), ...state.spaces.values(), ...livingApps(state, () => true)];
  if (contents.some(({ domainId }) => domainId === id))
    throw resourceInUse(`Domain [${id}] still has user profiles, spaces or apps.`);
  state.domains.delete(id);
  state.tags.delete(arn);
  return {};
}

function described(domain: Domain): Json {
  return {
    ...domain.request,
    ...summary(domain),
    DefaultUserSettings: domain.userSettings,
    DefaultSpaceSettings: domain.spaceSettings,
  };
}

function summary(domain: Domain): Json {
  const { arn, id, name, createdAt, modifiedAt } = domain;
  return {
    DomainArn: arn,
    DomainId: id,
    DomainName: name,
    Status: isUpdating(domain) ? "Updating" : "InService",
    Url: urlOf(id),
    CreationTime: timestamp(createdAt),
    LastModifiedTime: timestamp(modifiedAt),
  };
}

// By this machine's clock, not the account's, which tests move by hand.
const isUpdating = ({ updatingUntil = 0 }: Domain): boolean => performance.now() < updatingUntil;

const urlOf = (id: string): string => `https://${id}.studio.invalid`;

function newId(): string {
  return `d-${Array.from({ length: 12 }, () => randomInt(36).toString(36)).join("")}`;
}

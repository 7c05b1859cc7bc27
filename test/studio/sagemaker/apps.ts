import * as v from "valibot";
import type { AwsAccount } from "../aws-account.ts";
import { resourceInUse, resourceNotFound, validationError } from "../wire/errors.ts";
import { type Json, type Operation, operation } from "../wire/operation.ts";
import { described, summary } from "./app-answers.ts";
import { CreateApp, newApp } from "./app-creation.ts";
import { AppName, appKey } from "./app-key.ts";
import type { AppLife } from "./app-life.ts";
import { findApp } from "./find.ts";
import { CreationOrder, Paging } from "./paging.ts";
import { type App, type State, appKeyOf, isRecentlyDeleted } from "./state.ts";

const Key = v.object(AppName);
const List = v.object({
  ...Paging,
  DomainIdEquals: v.optional(v.string()),
  UserProfileNameEquals: v.optional(v.string()),
  SpaceNameEquals: v.optional(v.string()),
});
type List = v.InferOutput<typeof List>;

/** The life of apps: Pending, InService or Failed, Deleting, and Deleted for a day. */
export function appOperations(account: AwsAccount, state: State, life: AppLife): Record<string, Operation> {
  const inOrder = new CreationOrder<App>(appKeyOf);
  return {
    CreateApp: operation(CreateApp, (input) => {
      const app = newApp(account, state, input);
      life.begin(app);
      return { AppArn: app.arn };
    }),
    DescribeApp: operation(Key, (input) => described(findApp(state, appKey(input)), account.now())),
    ListApps: operation(List, (input) => {
      dropLongDeleted(state, account.now());
      return listed(state, inOrder, input);
    }),
    DeleteApp: operation(Key, (input) => {
      const app = findApp(state, appKey(input));
      requireDeletable(app);
      void life.end(app);
      return {};
    }),
  };
}

function listed(state: State, inOrder: CreationOrder<App>, input: List): Json {
  const { DomainIdEquals: domain, UserProfileNameEquals: user, SpaceNameEquals: space } = input;
  if (user !== undefined && space !== undefined)
    throw validationError("UserProfileNameEquals and SpaceNameEquals cannot be used together.");
  const isWanted = ({ domainId, owner }: App): boolean =>
    domainId === (domain ?? domainId) &&
    (user === undefined || isOwner(owner, "user", user)) &&
    (space === undefined || isOwner(owner, "space", space));
  const page = inOrder.pageOf([...state.apps.values()].filter(isWanted), input);
  const unit = state.creationTimes.areListedInSeconds ? 1000 : 1;
  return { Apps: page.items.map((app) => summary(app, unit)), NextToken: page.nextToken };
}

function requireDeletable({ status, appType, appName, owner }: App): void {
  switch (status) {
    case "Deleted":
      throw resourceNotFound(`App [${appType}/${appName}] of ${owner.kind} [${owner.name}] does not exist.`);
    case "Deleting":
      throw resourceInUse(`App [${appType}/${appName}] of ${owner.kind} [${owner.name}] is being deleted.`);
    case "Pending":
    case "InService":
    case "Failed":
      return;
  }
}

function dropLongDeleted(state: State, now: number): void {
  for (const [key, app] of state.apps) {
    if (app.deletedAt === undefined || isRecentlyDeleted(app, now)) continue;
    state.apps.delete(key);
    state.tags.delete(app.arn);
  }
}

const isOwner = (owner: App["owner"], kind: App["owner"]["kind"], name: string): boolean =>
  owner.kind === kind && owner.name === name;

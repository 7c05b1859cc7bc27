import * as v from "valibot";
import { type AwsAccount, arnOf } from "../aws-account.ts";
import { resourceInUse } from "../wire/errors.ts";
import { type Json, type Operation, operation, timestamp } from "../wire/operation.ts";
import { findLifecycleConfig, livingApps } from "./find.ts";
import { CreationOrder, Paging } from "./paging.ts";
import { attachedIn, textAt } from "./settings.ts";
import type { LifecycleConfig, State } from "./state.ts";
import { Tags, tagNew } from "./tags.ts";

const Key = v.object({ StudioLifecycleConfigName: v.string() });
const Create = v.object({
  ...Key.entries,
  StudioLifecycleConfigContent: v.string(),
  StudioLifecycleConfigAppType: v.string(),
  Tags: v.optional(Tags),
});
const List = v.object({ ...Paging, NameContains: v.optional(v.string(), ""), AppTypeEquals: v.optional(v.string()) });

/** The life of lifecycle configurations; there is no update: a change is a new one under a new name. */
export function lifecycleConfigOperations(account: AwsAccount, state: State): Record<string, Operation> {
  const inOrder = new CreationOrder<LifecycleConfig>(({ name }) => name);
  return {
    CreateStudioLifecycleConfig: operation(Create, (input) => create(account, state, input)),
    DescribeStudioLifecycleConfig: operation(Key, ({ StudioLifecycleConfigName }) => {
      const config = findLifecycleConfig(state, StudioLifecycleConfigName);
      return { ...summary(config), StudioLifecycleConfigContent: config.content };
    }),
    ListStudioLifecycleConfigs: operation(List, (input) => {
      const isWanted = ({ name, appType }: LifecycleConfig): boolean =>
        name.includes(input.NameContains) && appType === (input.AppTypeEquals ?? appType);
      const page = inOrder.pageOf([...state.lifecycleConfigs.values()].filter(isWanted), input);
      return { StudioLifecycleConfigs: page.items.map(summary), NextToken: page.nextToken };
    }),
    DeleteStudioLifecycleConfig: operation(Key, ({ StudioLifecycleConfigName }) => {
      const config = findLifecycleConfig(state, StudioLifecycleConfigName);
      if (isInUse(state, config))
        throw resourceInUse(
          `Studio Lifecycle Config [${config.name}] is attached to a domain or profile, or an app uses it.`,
        );
      state.lifecycleConfigs.delete(config.name);
      state.tags.delete(config.arn);
      return {};
    }),
  };
}

function create(account: AwsAccount, state: State, input: v.InferOutput<typeof Create>): Json {
  const name = input.StudioLifecycleConfigName;
  if (state.lifecycleConfigs.has(name)) throw resourceInUse(`Studio Lifecycle Config [${name}] already exists.`);
  const arn = arnOf(account, "sagemaker", `studio-lifecycle-config/${name}`);
  state.lifecycleConfigs.set(name, {
    name,
    arn,
    createdAt: account.now(),
    content: input.StudioLifecycleConfigContent,
    appType: input.StudioLifecycleConfigAppType,
  });
  tagNew(state, arn, input.Tags);
  return { StudioLifecycleConfigArn: arn };
}

/** A space that names it does not hold it: the service asks for the settings of domains and profiles, and for apps. */
function isInUse(state: State, { arn }: LifecycleConfig): boolean {
  const settings = [
    ...Array.from(state.domains.values(), ({ userSettings, spaceSettings }) => [userSettings, spaceSettings]),
    ...Array.from(state.profiles.values(), (profile) => profile.settings),
  ];
  const apps = livingApps(
    state,
    (app) => app.builtInArn === arn || textAt(app.resourceSpec, "LifecycleConfigArn") === arn,
  );
  return apps.length > 0 || attachedIn(settings).includes(arn);
}

function summary({ name, arn, createdAt, appType }: LifecycleConfig): Json {
  return {
    StudioLifecycleConfigArn: arn,
    StudioLifecycleConfigName: name,
    StudioLifecycleConfigAppType: appType,
    CreationTime: timestamp(createdAt),
    LastModifiedTime: timestamp(createdAt),
  };
}

import * as v from "valibot";
import { type AwsAccount, arnOf } from "../aws-account.ts";
import { resourceInUse, validationError } from "../wire/errors.ts";
import { AppName, appKey } from "./app-key.ts";
import { defaultsOf } from "./built-in.ts";
import { findDomain, findProfile, findSpace, livingApps } from "./find.ts";
import { Settings, requireAttachable, textAt } from "./settings.ts";
import { type App, type AppKey, type Space, type State, appKeyOf, isRecentlyDeleted, pathOf } from "./state.ts";
import { Tags, tagNew } from "./tags.ts";

export const CreateApp = v.object({
  ...AppName,
  ResourceSpec: v.optional(Settings, {}),
  RecoveryMode: v.exactOptional(v.boolean()),
  Tags: v.optional(Tags),
});
type CreateApp = v.InferOutput<typeof CreateApp>;

const spaceTypes = ["JupyterLab", "CodeEditor"];

/** Registers a new incarnation of an app as Pending. */
export function newApp(account: AwsAccount, state: State, input: CreateApp): App {
  const key = appKey(input);
  findDomain(state, key.domainId);
  requireLegal(key);
  const defaults = key.owner.kind === "space" ? spaceDefaults(state, key) : profileDefaults(state, key);
  const former = state.apps.get(appKeyOf(key));
  if (former !== undefined && former.status !== "Deleted") throw resourceInUse(`App [${pathOf(key)}] already exists.`);
  requireAttachable(input.ResourceSpec, state.lifecycleConfigs.values());
  const lifecycleConfigArn = textAt(input.ResourceSpec, "LifecycleConfigArn") ?? defaults.lifecycleConfigArn;
  const app: App = {
    ...key,
    arn: arnOf(account, "sagemaker", `app/${pathOf(key)}`),
    status: "Pending",
    builtInArn: defaults.builtInArn,
    createdAt: creationTime(account, state, former),
    resourceSpec: {
      InstanceType: defaults.instanceType,
      ...input.ResourceSpec,
      LifecycleConfigArn: lifecycleConfigArn,
    },
    ending: new AbortController(),
    ...(input.RecoveryMode === undefined ? {} : { recoveryMode: input.RecoveryMode }),
  };
  state.apps.set(appKeyOf(key), app);
  tagNew(state, app.arn, input.Tags);
  return app;
}

function creationTime(account: AwsAccount, { creationTimes }: State, former: App | undefined): number {
  if (former === undefined) return account.now();
  if (creationTimes.areKept && isRecentlyDeleted(former, account.now())) return former.createdAt;
  // Otherwise two incarnations never share a creation time, however fast one follows the other.
  return Math.max(account.now(), former.createdAt + 1);
}

function requireLegal({ appType, appName, owner }: AppKey): void {
  if (!spaceTypes.includes(appType)) return;
  if (owner.kind !== "space") throw validationError(`${appType} apps belong to a space: give SpaceName.`);
  if (appName !== "default") throw validationError(`The name of a ${appType} app has to be "default".`);
}

function spaceDefaults(state: State, { domainId, owner, appType }: AppKey): ReturnType<typeof defaultsOf> {
  const space = findSpace(state, domainId, owner.name);
  const held = textAt(space.settings, "AppType") ?? runningType(state, space);
  if (held !== undefined && held !== appType) throw validationError(`Space [${space.name}] is for ${held} apps.`);
  return defaultsOf(state, space, appType);
}

function profileDefaults(state: State, { domainId, owner }: AppKey): ReturnType<typeof defaultsOf> {
  findProfile(state, domainId, owner.name);
  return { builtInArn: undefined, lifecycleConfigArn: undefined, instanceType: "ml.t3.medium" };
}

function runningType(state: State, { domainId, name }: Space): string | undefined {
  return livingApps(
    state,
    (app) => app.domainId === domainId && app.owner.kind === "space" && app.owner.name === name,
  )[0]?.appType;
}

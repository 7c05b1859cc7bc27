import type { JupyterLabAppSettings } from "@aws-sdk/client-sagemaker";

/** The settings of one type of app; those of Code Editor are a part of JupyterLab's. */
export type AppSettings = JupyterLabAppSettings;

/**
 * How a lifecycle configuration is attached: as the admin's own, which always runs, or as the one that is chosen where a user chooses no other.
 */
export type Way = "built-in" | "default";

/** What of the app settings an attachment touches, as it was before; `null` where there were no such settings at all. */
export type Before = Pick<
  AppSettings,
  "BuiltInLifecycleConfigArn" | "DefaultResourceSpec" | "LifecycleConfigArns"
> | null;

type IsOurs = (arn: string) => boolean;

/** How the API takes an ARN away. */
const NONE = "None";

/** The lifecycle configuration that is attached this way. */
export function attachedArn(way: Way, app: AppSettings | null | undefined): string | undefined {
  const arn = way === "built-in" ? app?.BuiltInLifecycleConfigArn : app?.DefaultResourceSpec?.LifecycleConfigArn;
  return arn === NONE || arn === "" ? undefined : arn;
}

/** The part of the settings that {@link attach} would change. */
export function touchedPart(way: Way, app: AppSettings | undefined): Before {
  if (app === undefined) return null;
  if (way === "built-in")
    return app.BuiltInLifecycleConfigArn === undefined
      ? {}
      : { BuiltInLifecycleConfigArn: app.BuiltInLifecycleConfigArn };
  const { DefaultResourceSpec: spec, LifecycleConfigArns } = app;
  return {
    ...(spec && {
      DefaultResourceSpec: spec.LifecycleConfigArn === undefined ? {} : { LifecycleConfigArn: spec.LifecycleConfigArn },
    }),
    ...(LifecycleConfigArns && { LifecycleConfigArns }),
  };
}

/** The settings with our configuration attached, in the place of any that we attached before. */
export function attach(way: Way, app: AppSettings | undefined, arn: string, isOurs: IsOurs): AppSettings {
  if (way === "built-in") return { ...app, BuiltInLifecycleConfigArn: arn };
  const listed = (app?.LifecycleConfigArns ?? []).filter((one) => one === arn || !isOurs(one));
  return {
    ...app,
    DefaultResourceSpec: { ...app?.DefaultResourceSpec, LifecycleConfigArn: arn },
    // The service takes a default only from among these.
    LifecycleConfigArns: listed.includes(arn) ? listed : [...listed, arn],
  };
}

/** The settings with what is ours in them put back to what was before; whatever is not ours stays. */
export function restore(
  way: Way,
  app: AppSettings | undefined,
  before: Before,
  isOurs: IsOurs,
): AppSettings | undefined {
  const restored = way === "built-in" ? restoreBuiltIn(app, before, isOurs) : restoreDefault(app, before, isOurs);
  return before === null && isEmpty(restored) ? undefined : restored;
}

function restoreBuiltIn(app: AppSettings = {}, before: Before, isOurs: IsOurs): AppSettings {
  const { BuiltInLifecycleConfigArn: arn, ...rest } = app;
  if (!isLeft(arn, isOurs)) return app;
  return before?.BuiltInLifecycleConfigArn === undefined
    ? rest
    : { ...rest, BuiltInLifecycleConfigArn: before.BuiltInLifecycleConfigArn };
}

function restoreDefault(app: AppSettings = {}, before: Before, isOurs: IsOurs): AppSettings {
  const { DefaultResourceSpec, LifecycleConfigArns, ...rest } = app;
  const spec = restoreSpec(DefaultResourceSpec, before?.DefaultResourceSpec, isOurs);
  const listed = LifecycleConfigArns?.filter((arn) => !isOurs(arn));
  return {
    ...rest,
    ...(isEmpty(spec) && before?.DefaultResourceSpec === undefined ? {} : { DefaultResourceSpec: spec }),
    ...(isEmpty(listed) && before?.LifecycleConfigArns === undefined ? {} : { LifecycleConfigArns: listed }),
  };
}

function restoreSpec(
  spec: AppSettings["DefaultResourceSpec"] = {},
  before: AppSettings["DefaultResourceSpec"],
  isOurs: IsOurs,
) {
  const { LifecycleConfigArn: arn, ...rest } = spec;
  if (!isLeft(arn, isOurs)) return spec;
  return before?.LifecycleConfigArn === undefined ? rest : { ...rest, LifecycleConfigArn: before.LifecycleConfigArn };
}

/** Whether this is ours, or what is left of ours where a service keeps the word that takes it away. */
const isLeft = (arn: string | undefined, isOurs: IsOurs): boolean => arn === NONE || (arn !== undefined && isOurs(arn));

/**
 * The settings so that a service which merges an update into what it has also takes away what they lack: an ARN by its word for none, a
 * list by an empty one.
 */
export function sayingNone(from: AppSettings | undefined, to: AppSettings = {}): AppSettings {
  const lacksBuiltIn = attachedArn("built-in", from) !== undefined && attachedArn("built-in", to) === undefined;
  const lacksDefault = attachedArn("default", from) !== undefined && attachedArn("default", to) === undefined;
  return {
    ...to,
    ...(lacksBuiltIn && { BuiltInLifecycleConfigArn: NONE }),
    ...(lacksDefault && { DefaultResourceSpec: { ...to.DefaultResourceSpec, LifecycleConfigArn: NONE } }),
    ...(from?.LifecycleConfigArns && !to.LifecycleConfigArns && { LifecycleConfigArns: [] }),
  };
}

const isEmpty = (value: object | undefined): boolean =>
  value === undefined || Object.values(value).every((member) => member === undefined);

import type { JupyterLabAppSettings } from "@aws-sdk/client-sagemaker";

/** The settings of one type of app. Code Editor's are a part of JupyterLab's. */
export type AppSettings = JupyterLabAppSettings;

/**
 * How a lifecycle configuration is attached: `built-in` is the admin's own and always runs; `default` runs where a user
 * chooses no other.
 */
export type AttachMode = "built-in" | "default";

/**
 * The part of the app settings that an attachment changes, as it was before; `null` where there were no app settings.
 */
export type PriorSettings = Pick<
  AppSettings,
  "BuiltInLifecycleConfigArn" | "DefaultResourceSpec" | "LifecycleConfigArns"
> | null;

/**
 * Which lifecycle configurations are ours, and which of ours have to stay in the list of those to choose from: a space
 * whose user chose one does not start without it.
 */
export type Ours = { readonly isOurs: (arn: string) => boolean; readonly isNamed: (arn: string) => boolean };

/** The API removes an ARN that is set to this word. */
const NONE = "None";

/** The lifecycle configuration that is attached in this mode. */
export function attachedArn(mode: AttachMode, app: AppSettings | null | undefined): string | undefined {
  const arn = mode === "built-in" ? app?.BuiltInLifecycleConfigArn : app?.DefaultResourceSpec?.LifecycleConfigArn;
  return arn === NONE || arn === "" ? undefined : arn;
}

/** What {@link attach} would change, as it is now. */
export function priorSettings(mode: AttachMode, app: AppSettings | undefined): PriorSettings {
  if (app === undefined) return null;
  if (mode === "built-in")
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

/** The settings with our configuration attached. It replaces any other of ours that no space or app names. */
export function attach(mode: AttachMode, app: AppSettings | undefined, arn: string, ours: Ours): AppSettings {
  if (mode === "built-in") return { ...app, BuiltInLifecycleConfigArn: arn };
  const listed = (app?.LifecycleConfigArns ?? []).filter((one) => one === arn || staysListed(one, ours));
  return {
    ...app,
    DefaultResourceSpec: { ...app?.DefaultResourceSpec, LifecycleConfigArn: arn },
    // The service accepts as the default only what is in this list.
    LifecycleConfigArns: listed.includes(arn) ? listed : [...listed, arn],
  };
}

/** The settings with everything of ours replaced by what was there before. What is not ours, or is named, stays. */
export function restore(
  mode: AttachMode,
  app: AppSettings | undefined,
  prior: PriorSettings,
  ours: Ours,
): AppSettings | undefined {
  const restored = mode === "built-in" ? restoreBuiltIn(app, prior, ours) : restoreDefault(app, prior, ours);
  return prior === null && isEmpty(restored) ? undefined : restored;
}

function restoreBuiltIn(app: AppSettings = {}, prior: PriorSettings, { isOurs }: Ours): AppSettings {
  const { BuiltInLifecycleConfigArn: arn, ...rest } = app;
  if (!isOursOrNone(arn, isOurs)) return app;
  return prior?.BuiltInLifecycleConfigArn === undefined
    ? rest
    : { ...rest, BuiltInLifecycleConfigArn: prior.BuiltInLifecycleConfigArn };
}

function restoreDefault(app: AppSettings = {}, prior: PriorSettings, ours: Ours): AppSettings {
  const { DefaultResourceSpec, LifecycleConfigArns, ...rest } = app;
  const spec = restoreSpec(DefaultResourceSpec, prior?.DefaultResourceSpec, ours);
  const listed = LifecycleConfigArns?.filter((arn) => staysListed(arn, ours));
  return {
    ...rest,
    ...(isEmpty(spec) && prior?.DefaultResourceSpec === undefined ? {} : { DefaultResourceSpec: spec }),
    ...(isEmpty(listed) && prior?.LifecycleConfigArns === undefined ? {} : { LifecycleConfigArns: listed }),
  };
}

function restoreSpec(
  spec: AppSettings["DefaultResourceSpec"] = {},
  prior: AppSettings["DefaultResourceSpec"],
  { isOurs }: Ours,
) {
  const { LifecycleConfigArn: arn, ...rest } = spec;
  if (!isOursOrNone(arn, isOurs)) return spec;
  return prior?.LifecycleConfigArn === undefined ? rest : { ...rest, LifecycleConfigArn: prior.LifecycleConfigArn };
}

const staysListed = (arn: string, { isOurs, isNamed }: Ours): boolean => !isOurs(arn) || isNamed(arn);

/** A service that keeps the word for none shows it where ours was removed. */
const isOursOrNone = (arn: string | undefined, isOurs: Ours["isOurs"]): boolean =>
  arn === NONE || (arn !== undefined && isOurs(arn));

/**
 * The settings for a service that merges an update into what it has: it removes an ARN that is set to the word for
 * none, and a list that is sent empty.
 */
export function withExplicitNone(from: AppSettings | undefined, to: AppSettings = {}): AppSettings {
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

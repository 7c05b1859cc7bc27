import * as v from "valibot";
import type { AttachMode } from "./app-settings.ts";
import type { SettingsPlace } from "./settings-target.ts";

const Arn = v.optional(v.string());

const PriorSettings = v.nullable(
  v.object({
    BuiltInLifecycleConfigArn: Arn,
    DefaultResourceSpec: v.optional(v.object({ LifecycleConfigArn: Arn })),
    LifecycleConfigArns: v.optional(v.array(v.string())),
  }),
);

const SettingRecord = v.object({
  /** What was there before we attached. */
  before: PriorSettings,
  /** The ARN that we attached. */
  ours: v.string(),
  /** False from before an update is sent until its effect is seen. Until then, what was before may be there. */
  settled: v.boolean(),
});

const AttachmentRecord = v.object({ v: v.literal(1), settings: v.record(v.string(), SettingRecord) });

/** What is on record about one setting that we attached to. */
export type SettingRecord = v.InferOutput<typeof SettingRecord>;
/** What is on record about one domain or user profile, by {@link settingName}. */
export type AttachmentRecord = Readonly<Record<string, SettingRecord>>;

/** The full name of a setting, e.g. `DefaultUserSettings.JupyterLabAppSettings.BuiltInLifecycleConfigArn`. */
export function settingName({ group, section }: Pick<SettingsPlace, "group" | "section">, mode: AttachMode): string {
  const setting = mode === "built-in" ? "BuiltInLifecycleConfigArn" : "DefaultResourceSpec.LifecycleConfigArn";
  return `${group}.${section}.${setting}`;
}

/** Parses a record; throws, naming the wrong field: without knowing what was before, nothing may be changed. */
export function parseRecord(text: string, name: string): AttachmentRecord {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), AttachmentRecord), text);
  if (parsed.success) return parsed.output.settings;
  const [issue] = parsed.issues;
  throw new Error(`the record ${name} cannot be read: ${v.getDotPath(issue) ?? "all of it"}: ${issue.message}`);
}

export function formatRecord(settings: AttachmentRecord): string {
  return JSON.stringify({ v: 1, settings } satisfies v.InferInput<typeof AttachmentRecord>);
}

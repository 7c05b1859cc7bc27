import * as v from "valibot";
import type { Way } from "./app-settings.ts";
import type { Place } from "./holder.ts";

const Arn = v.optional(v.string());

const Before = v.nullable(
  v.object({
    BuiltInLifecycleConfigArn: Arn,
    DefaultResourceSpec: v.optional(v.object({ LifecycleConfigArn: Arn })),
    LifecycleConfigArns: v.optional(v.array(v.string())),
  }),
);

const Attached = v.object({
  /** What was there before we came. */
  before: Before,
  /** What we put there. */
  ours: v.string(),
  /** False from before an update is sent until it is seen done: until then, what was before may still be, or again be, there. */
  settled: v.boolean(),
});

const AttachmentRecord = v.object({ v: v.literal(1), settings: v.record(v.string(), Attached) });

/** What we know of one setting that we attached to. */
export type Attached = v.InferOutput<typeof Attached>;
/** What we know of the settings of one domain or user profile, by {@link settingName}. */
export type AttachmentRecord = Readonly<Record<string, Attached>>;

/** The full name of a setting, e.g. `DefaultUserSettings.JupyterLabAppSettings.BuiltInLifecycleConfigArn`. */
export function settingName({ group, section }: Pick<Place, "group" | "section">, way: Way): string {
  return `${group}.${section}.${way === "built-in" ? "BuiltInLifecycleConfigArn" : "DefaultResourceSpec.LifecycleConfigArn"}`;
}

/** Reads a record back; throws, saying where it is wrong: nothing may be changed without knowing what was before. */
export function parseRecord(text: string, name: string): AttachmentRecord {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), AttachmentRecord), text);
  if (parsed.success) return parsed.output.settings;
  const [issue] = parsed.issues;
  throw new Error(`the record ${name} cannot be read: ${v.getDotPath(issue) ?? "all of it"}: ${issue.message}`);
}

export function formatRecord(settings: AttachmentRecord): string {
  return JSON.stringify({ v: 1, settings } satisfies v.InferInput<typeof AttachmentRecord>);
}

import * as v from "valibot";
import { LONGEST_SECONDS } from "./seconds.ts";
import { withoutControls } from "./text.ts";

/** What activity is read from; each source has its own idle seconds. */
export const SOURCES = ["kernels", "terminals", "cpu", "gpu", "files", "editor"] as const;
export type Source = (typeof SOURCES)[number];

const MAX_LENGTH = 4096;

const Seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_SECONDS));
const PositiveSeconds = v.pipe(Seconds, v.minValue(1));
const Work = v.strictObject({ what: v.pipe(v.string(), v.maxLength(200)), for: Seconds, still: v.optional(Seconds) });
const perSource = <T extends v.GenericSchema>(value: T) =>
  v.strictObject({
    kernels: v.optional(value),
    terminals: v.optional(value),
    cpu: v.optional(value),
    gpu: v.optional(value),
    files: v.optional(value),
    editor: v.optional(value),
  });

/** For how long its user wants an app kept, and, where that is so, for which program's run. */
const Wish = v.object({
  for: Seconds,
  since: Seconds,
  while: v.optional(v.pipe(v.string(), v.maxLength(200), v.transform(withoutControls))),
});

/** The notice that the agent shows, and for how many seconds. */
const ShownNotice = v.object({ id: v.pipe(v.string(), v.maxLength(16)), for: Seconds });

const HeartbeatDocument = v.object({
  v: v.literal(1),
  up: Seconds,
  sampleEvery: PositiveSeconds,
  renewIn: PositiveSeconds,
  idle: perSource(v.nullable(Seconds)),
  why: v.optional(perSource(v.pipe(v.string(), v.maxLength(200)))),
  busy: v.optional(perSource(Work), {}),
  // What is said to and by the user keeps nobody from reading the rest, where it is broken.
  keepAlive: v.fallback(v.optional(Wish), undefined),
  notice: v.fallback(v.optional(ShownNotice), undefined),
  connections: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0)))),
});

/** What an agent reported of its app; all times are seconds at the moment of the sample. See docs/heartbeat.md. */
export type Heartbeat = v.InferOutput<typeof HeartbeatDocument>;

/** What Parameter Store holds for one app; `receivedAt` is by its clock. */
export type Reading =
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly receivedAt: Date; readonly why: string }
  | { readonly kind: "heartbeat"; readonly receivedAt: Date; readonly heartbeat: Heartbeat };

/** Parses a parameter's value, which anyone with the app's role may have written. Never throws; says what is wrong. */
export function readHeartbeat(value: string, receivedAt: Date): Reading {
  if (value.length > MAX_LENGTH) return { kind: "unreadable", receivedAt, why: `${value.length} characters long` };
  const parsed = v.safeParse(HeartbeatDocument, parseJson(value));
  if (parsed.success) return { kind: "heartbeat", receivedAt, heartbeat: parsed.output };
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue);
  return { kind: "unreadable", receivedAt, why: where === null ? "not a JSON object" : `${where}: ${issue.message}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

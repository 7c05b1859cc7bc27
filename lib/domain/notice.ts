import * as v from "valibot";
import { SOURCES } from "./heartbeat.ts";

/** How an app's user may be told: a notification in JupyterLab, a line on open terminals, a file in the home. */
export const WAYS = ["jupyterlab", "terminal", "file"] as const;
export type Way = (typeof WAYS)[number];

/** What a notice's parameter may hold, in characters. An agent reads no more. */
export const MAX_NOTICE_LENGTH = 1024;
const MAX_WHY_LENGTH = 200;
const MAX_BUTTONS = 4;

const Seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4_102_444_800));

const NoticeDocument = v.object({
  v: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[0-9a-z-]{1,16}$/)),
  kind: v.picklist(["warned", "stopped"]),
  why: v.pipe(v.string(), v.maxLength(MAX_WHY_LENGTH)),
  writtenAt: Seconds,
  stopAt: Seconds,
  keepFor: v.optional(v.pipe(v.array(Seconds), v.maxLength(MAX_BUTTONS))),
  keepAtMost: v.optional(Seconds),
  ways: v.optional(v.array(v.picklist(WAYS))),
  sources: v.optional(v.array(v.picklist(SOURCES))),
});

/** What the sweep tells the user of one app; instants are whole epoch seconds. See docs/notices.md. */
export type Notice = v.InferOutput<typeof NoticeDocument>;

/** What Parameter Store holds as an app's notice; `writtenAt` is by its clock, whatever the notice itself says. */
export type NoticeReading =
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly writtenAt: Date }
  | { readonly kind: "notice"; readonly writtenAt: Date; readonly notice: Notice };

export const NO_NOTICE: NoticeReading = { kind: "none" };

/** Parses a parameter's value, which may be anybody's. Never throws. */
export function readNotice(value: string, writtenAt: Date): NoticeReading {
  if (value.length > MAX_NOTICE_LENGTH) return { kind: "unreadable", writtenAt };
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), NoticeDocument), value);
  return parsed.success ? { kind: "notice", writtenAt, notice: parsed.output } : { kind: "unreadable", writtenAt };
}

/** The parameter's value, compact. `why` is cut to what an agent shows. */
export function noticeText(notice: Notice): string {
  return JSON.stringify({ ...notice, why: cut(notice.why) });
}

/** Cut between characters, and in a length that stays within the parameter's whatever JSON makes of it. */
function cut(text: string): string {
  const kept = Array.from(text.replaceAll(/[\p{C}\p{Z}]+/gu, " "))
    .join("")
    .slice(0, MAX_WHY_LENGTH);
  return kept.isWellFormed() ? kept : kept.slice(0, -1);
}

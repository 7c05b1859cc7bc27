import * as v from "valibot";
import { SOURCES } from "../domain/heartbeat.ts";
import { BREAKER_CAUSES } from "../policy/trip.ts";
import { STOP_REASONS } from "../policy/verdict.ts";

/** The source of all events. */
export const EVENT_SOURCE = "studio-reaper";

const text = (description: string) => v.pipe(v.string(), v.description(description));
const instant = (description: string) => v.pipe(v.string(), v.isoTimestamp(), v.description(description));
const count = (description: string) => v.pipe(v.number(), v.integer(), v.minValue(0), v.description(description));

const App = {
  app: text("<domainId>/<space|user>/<owner>/<appType>/<appName>, as in the function's log"),
  domainId: v.string(),
  space: v.optional(text("Absent for an app that belongs to a user profile itself")),
  userProfile: v.optional(text("The profile that owns the app or its space, where that is known")),
  appType: v.string(),
  appName: v.string(),
  instanceType: v.optional(v.string()),
  rule: text("The rule of the policy that holds for the app, or defaults"),
  idleSeconds: v.optional(count("For how long the app has been idle, where that is known")),
};
const why = text('The reason in words, without control characters and without " \\ < > & `');
const sentences = text("All of this in sentences that can be sent to people as they are; cleaned like why");
const reason = v.picklist(STOP_REASONS);

/** What the sweep says in an event's detail, by the event's detail type. What is not known is absent. */
export const DETAILS = {
  warned: v.object({
    ...App,
    reason,
    why,
    stopAt: instant("The app is stopped no earlier"),
    keepAtMost: count("For how many seconds its user may have it kept at most; 0: not at all"),
    text: sentences,
  }),
  stopped: v.object({ ...App, reason, why, stoppedAt: instant("When it was stopped"), text: sentences }),
  "kept-alive": v.object({ ...App, why, keptUntil: instant("Until when it is kept, as of now"), text: sentences }),
  breaker: v.object({
    cause: v.picklist(BREAKER_CAUSES),
    apps: count("How many apps are watched; how many should report the source, or are stopped for silence"),
    affected: count("How many of them look idle, lack the source, or fell silent"),
    source: v.optional(v.picklist(SOURCES)),
    text: sentences,
  }),
} as const;

export const EVENT_TYPES = ["warned", "stopped", "kept-alive", "breaker"] as const;
export type EventType = (typeof EVENT_TYPES)[number];
export type Detail<T extends EventType> = v.InferOutput<(typeof DETAILS)[T]>;

/** What a sweep tells the account's event bus. */
export type SweepEvent = { readonly [T in EventType]: { readonly type: T; readonly detail: Detail<T> } }[EventType];

/** A whole event, as a rule gets it. */
export const eventSchema = (type: EventType) =>
  v.object({
    version: v.literal("0"),
    id: v.string(),
    source: v.literal(EVENT_SOURCE),
    "detail-type": v.literal(type),
    account: v.string(),
    region: v.string(),
    time: v.pipe(v.string(), v.isoTimestamp()),
    detail: v.object({
      v: v.pipe(v.literal(1), v.description("The version of these fields; others may be added to it")),
      deployment: text("The name of the deployment, e.g. studio-reaper-dev"),
      ...DETAILS[type].entries,
    }),
  });

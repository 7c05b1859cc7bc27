import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { AwsError, resourceNotFound } from "../wire/errors.ts";
import { type Json, type Service, operation } from "../wire/operation.ts";
import type { Bus } from "./bus.ts";

const Entry = v.object({
  Source: v.optional(v.string(), ""),
  DetailType: v.optional(v.string(), ""),
  Detail: v.optional(v.string(), ""),
  Resources: v.optional(v.array(v.string()), []),
  Time: v.optional(v.number()),
  EventBusName: v.optional(v.string(), "default"),
});
type Entry = v.InferOutput<typeof Entry>;
const PutEvents = v.object({ Entries: v.array(Entry) });
const AnyObject = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()));

/** All entries of a call together. */
const MAX_BYTES = 1_048_576;
const TIME_BYTES = 14;

/** EventBridge, as far as one puts events on the account's default bus. */
export function eventBridge(bus: Bus): Service {
  return {
    name: "events",
    targetPrefix: "AWSEvents",
    modelVersion: "2015-10-07",
    operations: {
      PutEvents: operation(PutEvents, ({ Entries }) => {
        requireRoom(Entries);
        const results = Entries.map((entry) => put(bus, entry));
        return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
      }),
    },
  };
}

function requireRoom(entries: readonly Entry[]): void {
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes >= MAX_BYTES)
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
}

function sizeOf({ Source, DetailType, Detail, Resources, Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return texts + (Time === undefined ? 0 : TIME_BYTES);
}

/** A refused entry is answered in its place, and does not keep the others from being put. */
function put(bus: Bus, { Source, DetailType, Detail, EventBusName }: Entry): Json {
  if (EventBusName !== "default") throw resourceNotFound(`Event bus ${EventBusName} does not exist.`);
  for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
    if (value === "")
      return refusal("InvalidArgument", `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  const detail = v.safeParse(AnyObject, Detail);
  if (!detail.success) return refusal("MalformedDetail", "Detail is malformed.");
  if (Source.startsWith("aws.")) return refusal("NotAuthorizedForSourceException", "Not authorized for the source.");
  const fault = bus.takeFault();
  if (fault !== undefined) return refusal(fault, "Some internal error occurred.");
  const EventId = randomUUID();
  bus.put({ id: EventId, source: Source, detailType: DetailType, detail: detail.output });
  return { EventId };
}

const refusal = (ErrorCode: string, ErrorMessage: string): Json => ({ ErrorCode, ErrorMessage });

/** Writes docs/events/<detail type>.schema.json: `node lib/deploy/event-schemas.ts`. */
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { toJsonSchema } from "@valibot/to-json-schema";
import { EVENT_TYPES, eventSchema, type EventType } from "../sweep/events.ts";

export const eventSchemaFile = (type: EventType): URL =>
  new URL(`../../docs/events/${type}.schema.json`, import.meta.url);

/** The JSON Schema of an event, as a rule gets it. */
export function eventJsonSchema(type: EventType): string {
  const schema = toJsonSchema(eventSchema(type), { target: "draft-07" });
  return `${JSON.stringify({ title: `Studio Reaper: ${type}`, ...schema }, null, 2)}\n`;
}

if (argv[1] === fileURLToPath(import.meta.url))
  for (const type of EVENT_TYPES) await writeFile(eventSchemaFile(type), eventJsonSchema(type));

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { describe, it } from "node:test";
import { eventJsonSchema, eventSchemaFile } from "../../../lib/deploy/event-schemas.ts";
import { EVENT_TYPES } from "../../../lib/sweep/events.ts";

describe("the published schemas of events", () => {
  for (const type of EVENT_TYPES)
    it(`say what ${type} is as it is now: node lib/deploy/event-schemas.ts`, async () => {
      assert.equal(await readFile(eventSchemaFile(type), "utf8"), eventJsonSchema(type));
    });

  it("are there for each kind of event, and for no other", async () => {
    const files = EVENT_TYPES.map((type) => `${type}.schema.json`);
    assert.deepEqual((await readdir(new URL(".", eventSchemaFile("warned")))).toSorted(), files.toSorted());
  });
});

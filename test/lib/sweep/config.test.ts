import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPorts } from "../../../lib/aws/ports.ts";
import { readSweepConfig } from "../../../lib/sweep/config.ts";
import { NO_EVENTS } from "../../../lib/sweep/ports.ts";

describe("the sweep's environment", () => {
  it("says nothing, and then nobody is told of events", () => {
    const config = readSweepConfig({});
    assert.deepEqual(config, { prefix: "/studio-reaper", service: "studio-reaper", events: false });
    assert.equal(createPorts(config).events, NO_EVENTS);
  });

  it("publishes none then", async () => {
    await assert.doesNotReject(NO_EVENTS.publish([], 0));
  });

  it("switches events on", () => {
    assert.notEqual(createPorts(readSweepConfig({ EVENTS: "true" })).events, NO_EVENTS);
  });

  for (const [name, value] of [
    ["EVENTS", "yes"],
    ["PARAMETER_PREFIX", "studio"],
    ["POWERTOOLS_SERVICE_NAME", ""],
  ] as const)
    it(`is refused where ${name} is ${JSON.stringify(value)}, which is named with what is accepted`, () => {
      assert.throws(
        () => readSweepConfig({ [name]: value }),
        new RegExp(`^Error: ${name}: .*expected .*, got ${JSON.stringify(value)}$`),
      );
    });
});

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { createEvents } from "../../../lib/aws/events.ts";
import { breakerEvent } from "../../../lib/sweep/compose-events.ts";
import { startStudio, type EmbeddedStudio } from "../../studio/index.ts";

describe("events put on the account's event bus", () => {
  let studio: EmbeddedStudio;
  let events: ReturnType<typeof createEvents>;
  before(async () => {
    studio = await startStudio({ instances: "none", bare: true });
    const credentials = { accessKeyId: "embedded", secretAccessKey: "embedded" };
    const { endpoint, region } = studio;
    const client = new EventBridgeClient({ endpoint, region, credentials, maxAttempts: 1 });
    events = createEvents(client, "studio-reaper-dev");
  });
  beforeEach(() => {
    studio.bus.events.length = studio.calls.length = 0;
    studio.faults.clear();
  });
  after(() => studio.close());

  const some = (count: number) =>
    Array.from({ length: count }, (_, i) => breakerEvent({ cause: "fleet-idle", apps: 900, affected: i }));
  const affected = () => studio.bus.events.map(({ detail }) => detail["affected"]).toSorted();
  const calls = () =>
    studio.calls.map(({ input }) => (Array.isArray(input["Entries"]) ? input["Entries"].length : undefined));

  it("go ten a call, in the deployment's name", async () => {
    await events.publish(some(25), 300_000);
    assert.deepEqual(calls(), [10, 10, 5]);
    assert.equal(new Set(affected()).size, 25);
    assert.partialDeepStrictEqual(studio.bus.events[0], {
      source: "studio-reaper",
      "detail-type": "breaker",
      detail: { v: 1, deployment: "studio-reaper-dev", cause: "fleet-idle", apps: 900, affected: 0 },
    });
  });

  it("go again alone where the bus refused them among others, and arrive once each", async () => {
    studio.bus.refuseNext(2, "ThrottlingException");
    await events.publish(some(4), 300_000);
    assert.deepEqual(calls(), [4, 2]);
    assert.deepEqual(affected(), [0, 1, 2, 3]);
  });

  it("are a failure once refused for good, which names the reason, and keeps no other event back", async () => {
    studio.bus.refuseNext(10 + 10 + 10 + 10, "ThrottlingException");
    await assert.rejects(events.publish(some(12), 300_000), {
      message: "EventBridge refused 10 of 12 events: ThrottlingException",
    });
    assert.deepEqual(affected(), [10, 11]);
  });

  it("are a failure where the call itself is refused", async () => {
    studio.faults.add({ operation: "PutEvents", error: { code: "AccessDeniedException", message: "no", status: 400 } });
    await assert.rejects(events.publish(some(1), 300_000), { name: "AccessDeniedException" });
  });

  it("are a failure where no time is left for them, and none is sent", async () => {
    await assert.rejects(events.publish(some(2), 60_000), { message: "no time is left for 2 events" });
    assert.deepEqual(calls(), []);
  });

  it("make no call where there are none", async () => {
    await events.publish([], 0);
    assert.deepEqual(calls(), []);
  });
});

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { type EmbeddedStudio, startStudio } from "./index.ts";
import { type Moto, startMoto } from "./moto.ts";

const GOOD = { Source: "contract", DetailType: "test", Detail: "{}" };
const many = (count: number): PutEventsRequestEntry[] => Array.from({ length: count }, () => GOOD);

const steps: readonly (readonly [policy: string, entries: PutEventsRequestEntry[]])[] = [
  ["ten events are taken", many(10)],
  ["an event without a source is refused", [{ ...GOOD, Source: undefined }, GOOD]],
  ["an event without a detail type is refused", [GOOD, { ...GOOD, DetailType: undefined }]],
  ["an event without a detail is refused", [{ ...GOOD, Detail: undefined }]],
  ["an event whose detail is no JSON is refused, and the others are taken", [GOOD, { ...GOOD, Detail: "{" }, GOOD]],
];

/** What the service answers, without what differs from call to call. */
async function put(client: EventBridgeClient, Entries: PutEventsRequestEntry[]): Promise<unknown> {
  const { FailedEntryCount, Entries: results = [] } = await client.send(new PutEventsCommand({ Entries }));
  return {
    FailedEntryCount,
    results: results.map(({ EventId, ErrorCode, ErrorMessage }) => ({
      isPut: EventId !== undefined,
      ErrorCode,
      ErrorMessage,
    })),
  };
}

describe("the embedded event bus", () => {
  let studio: EmbeddedStudio;
  let moto: Moto;
  let embedded: EventBridgeClient;
  let reference: EventBridgeClient;
  before(async () => {
    [studio, moto] = await Promise.all([startStudio({ instances: "none", bare: true }), startMoto()]);
    const credentials = { accessKeyId: "contract", secretAccessKey: "contract" };
    const clientOf = ({ endpoint, region }: { endpoint: string; region: string }) =>
      new EventBridgeClient({ endpoint, region, credentials, maxAttempts: 1 });
    [embedded, reference] = [clientOf(studio), clientOf(moto)];
  });
  after(() => Promise.all([studio.close(), moto.close()]));

  for (const [policy, entries] of steps)
    it(`answers as moto does: ${policy}`, async () => {
      assert.deepEqual(await put(embedded, entries), await put(reference, entries));
    });

  it("takes no more than ten events a call, as moto does", async () => {
    for (const client of [embedded, reference])
      await assert.rejects(put(client, many(11)), {
        name: "ValidationException",
        message: /'entries' failed to satisfy constraint: Member must have length less than or equal to 10/,
      });
  });

  it("takes calls of less than 1 MB, by its documentation, and keeps what was put", async () => {
    const Detail = JSON.stringify({ text: "é".repeat(100_000) });
    const half = { ...GOOD, Detail };
    studio.bus.events.length = 0;
    await put(embedded, [half, half]);
    assert.equal(studio.bus.events.length, 2);
    await assert.rejects(put(embedded, [half, half, half, half, half, half]), { name: "ValidationException" });
    assert.equal(studio.bus.events.length, 2);
  });

  it("refuses AWS's own sources, and buses that are not there, by its documentation", async () => {
    const { Entries = [] } = await embedded.send(new PutEventsCommand({ Entries: [{ ...GOOD, Source: "aws.ec2" }] }));
    assert.equal(Entries[0]?.ErrorCode, "NotAuthorizedForSourceException");
    await assert.rejects(put(embedded, [{ ...GOOD, EventBusName: "other" }]), /other/);
  });
});

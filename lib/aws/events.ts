import { setTimeout as sleep } from "node:timers/promises";
import { PutEventsCommand, type EventBridgeClient, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { EVENT_SOURCE, type SweepEvent } from "../sweep/events.ts";
import type { Events } from "../sweep/ports.ts";

const ENTRIES_A_CALL = 10;

/** How often an entry is sent that the service answers it could not take, while it took others of the same call. */
const MAX_TRIES = 4;

/** How long publishing may take, all retries of its calls included. */
const PUBLISH_MS = 75_000;

/** Doubled from try to try. */
const FIRST_WAIT_MS = 100;

/** An entry that the service could not take, and why. */
type Refused = { readonly entry: PutEventsRequestEntry; readonly code: string };

/** Puts events on the account's default event bus, in the name of a deployment. */
export function createEvents(client: EventBridgeClient, deployment: string): Events {
  return {
    async publish(events, remainingMs) {
      if (events.length > 0 && remainingMs < PUBLISH_MS) throw new Error(`no time is left for ${events.length} events`);
      const entries = events.map((event) => entryOf(event, deployment));
      const refused: Refused[] = [];
      for (let i = 0; i < entries.length; i += ENTRIES_A_CALL)
        refused.push(...(await putWithRetries(client, entries.slice(i, i + ENTRIES_A_CALL))));
      if (refused.length === 0) return;
      const codes = [...new Set(refused.map(({ code }) => code))].join(", ");
      throw new Error(`EventBridge refused ${refused.length} of ${entries.length} events: ${codes}`);
    },
  };
}

/** No event takes more than some 2 KB, so that no call comes near the service's limit of 1 MB. */
function entryOf({ type, detail }: SweepEvent, deployment: string): PutEventsRequestEntry {
  return { Source: EVENT_SOURCE, DetailType: type, Detail: JSON.stringify({ v: 1, deployment, ...detail }) };
}

/** Answers the entries that were refused at every try. */
async function putWithRetries(
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
): Promise<readonly Refused[]> {
  let refused = await put(client, entries);
  for (let tries = 1; refused.length > 0 && tries < MAX_TRIES; tries++) {
    await sleep(FIRST_WAIT_MS * 2 ** (tries - 1) * (0.5 + Math.random()));
    refused = await put(
      client,
      refused.map(({ entry }) => entry),
    );
  }
  return refused;
}

/** The answer has a result for each entry, in their order. */
async function put(client: EventBridgeClient, entries: readonly PutEventsRequestEntry[]): Promise<readonly Refused[]> {
  const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
  return entries.flatMap((entry, i) => {
    const code = Entries[i]?.ErrorCode;
    return code === undefined ? [] : [{ entry, code }];
  });
}

import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import type { Account } from "./account.ts";

const Heartbeat = v.object({
  up: v.number(),
  idle: v.record(v.string(), v.nullable(v.number())),
  busy: v.record(v.string(), v.object({ what: v.string() })),
});
/** What tests read in a heartbeat. */
export type SentHeartbeat = v.InferOutput<typeof Heartbeat>;

/** Reads a parameter's text. */
export function parseHeartbeat(text: string): SentHeartbeat {
  return v.parse(Heartbeat, JSON.parse(text));
}

/** The text of a heartbeat in which kernels and terminals have been idle for so many seconds. */
export function heartbeatText(idleSeconds: number, more: object = {}): string {
  const idle = { kernels: idleSeconds, terminals: idleSeconds };
  return JSON.stringify({ v: 1, up: 7200, sampleEvery: 60, renewIn: 1155, idle, connections: 0, ...more });
}

/** Waits for a heartbeat of a space's app that says so. */
export async function untilHeartbeat(
  account: Account,
  space: string,
  says: (heartbeat: SentHeartbeat) => boolean,
  withinSeconds = 120,
): Promise<SentHeartbeat> {
  const end = Date.now() + withinSeconds * 1000;
  let last: SentHeartbeat | undefined;
  while (Date.now() < end) {
    const text = await account.parameter(account.heartbeatName(space));
    if (text !== undefined) last = parseHeartbeat(text);
    if (last && says(last)) return last;
    await sleep(100);
  }
  throw new Error(`no such heartbeat of ${space} within ${withinSeconds} s; the last was ${JSON.stringify(last)}`);
}

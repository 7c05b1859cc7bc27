import type { SSMClient } from "@aws-sdk/client-ssm";
import { readHeartbeat } from "../domain/heartbeat.ts";
import type { Heartbeats } from "../sweep/ports.ts";
import { createAppParameters } from "./app-parameters.ts";

/** The heartbeats under `<prefix>/heartbeats/`, one parameter per app. */
export function createHeartbeats(client: SSMClient, prefix: string): Heartbeats {
  const parameters = createAppParameters(client, `${prefix}/heartbeats/`, readHeartbeat);
  return {
    all: parameters.all,
    of: async (key) => (await parameters.of(key)) ?? { kind: "none" },
    forget: (keys, receivedBefore) => parameters.delete(keys, (_, receivedAt) => receivedAt < receivedBefore),
  };
}

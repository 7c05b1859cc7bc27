import type { Parameter, SSMClient } from "@aws-sdk/client-ssm";
import { parseAppKey, type AppKey } from "../domain/app.ts";
import { readHeartbeat, type Reading } from "../domain/heartbeat.ts";
import type { Heartbeats } from "../sweep/ports.ts";
import { deleteParameters, parametersBelow, parametersNamed, readParameter } from "./parameters.ts";

/** The heartbeats under `<prefix>/heartbeats/`, one parameter per app. */
export function createHeartbeats(client: SSMClient, prefix: string): Heartbeats {
  const folder = `${prefix}/heartbeats/`;
  return {
    async all() {
      const readings = new Map<AppKey, Reading>();
      for await (const parameter of parametersBelow(client, folder)) {
        // A parameter that is not named after an app is neither read nor deleted.
        const key = parseAppKey(parameter.Name?.slice(folder.length) ?? "");
        if (key) readings.set(key, toReading(parameter));
      }
      return readings;
    },
    async of(key) {
      const parameter = await readParameter(client, folder + key);
      return parameter === undefined ? { kind: "none" } : toReading(parameter);
    },
    async forget(keys, receivedBefore) {
      const names = keys.map((key) => folder + key);
      // Read again right before: an agent that has just started may have written meanwhile.
      for await (const found of parametersNamed(client, names))
        await deleteParameters(
          client,
          found.flatMap(({ Name, LastModifiedDate }) =>
            Name && LastModifiedDate && LastModifiedDate < receivedBefore ? [Name] : [],
          ),
        );
    },
  };
}

function toReading({ Name, Value, LastModifiedDate }: Parameter): Reading {
  if (Value === undefined || LastModifiedDate === undefined) {
    throw new Error(`Parameter Store gave ${Name ?? "a heartbeat"} without its Value or LastModifiedDate`);
  }
  return readHeartbeat(Value, LastModifiedDate);
}

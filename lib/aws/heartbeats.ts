import { DeleteParametersCommand, GetParameterCommand, paginateGetParametersByPath, type Parameter, type SSMClient } from "@aws-sdk/client-ssm";
import { parseAppKey, type AppKey } from "../domain/app.ts";
import { readHeartbeat, type Reading } from "../domain/heartbeat.ts";
import type { Heartbeats } from "../ports.ts";
import { isNamed } from "../errors.ts";

/** What `DeleteParameters` takes in one call. */
const NAMES_A_CALL = 10;

/** The heartbeats under `<prefix>/heartbeats/`, one parameter per app. */
export function createHeartbeats(client: SSMClient, prefix: string): Heartbeats {
  const folder = `${prefix}/heartbeats/`;
  return {
    async all() {
      const readings = new Map<AppKey, Reading>();
      for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, { Path: folder, Recursive: true, MaxResults: 10 })) {
        for (const parameter of Parameters) {
          // A name that is no app's is none of ours to judge, or to delete.
          const key = parseAppKey(parameter.Name?.slice(folder.length) ?? "");
          if (key) readings.set(key, toReading(parameter));
        }
      }
      return readings;
    },
    async of(key) {
      try {
        const { Parameter } = await client.send(new GetParameterCommand({ Name: folder + key }));
        return toReading(Parameter ?? {});
      } catch (error) {
        if (isNamed(error, "ParameterNotFound")) return { kind: "none" };
        throw error;
      }
    },
    async forget(keys) {
      for (let i = 0; i < keys.length; i += NAMES_A_CALL) {
        const Names = keys.slice(i, i + NAMES_A_CALL).map((key) => folder + key);
        await client.send(new DeleteParametersCommand({ Names }));
      }
    },
  };
}

function toReading({ Name, Value, LastModifiedDate }: Parameter): Reading {
  if (Value === undefined || LastModifiedDate === undefined) {
    throw new Error(`Parameter Store gave ${Name ?? "a heartbeat"} without its Value or LastModifiedDate`);
  }
  return readHeartbeat(Value, LastModifiedDate);
}

import type { SSMClient } from "@aws-sdk/client-ssm";
import { rememberFleet, type FleetMemory } from "../sweep/fleet-memory.ts";
import { readParameter } from "./parameters.ts";

/** What sweeps know of the fleet: `<prefix>/sightings/fleet`, a standard parameter. */
export function createFleetMemory(
  client: SSMClient,
  prefix: string,
  write: (name: string, value: string) => Promise<void>,
): FleetMemory {
  const name = `${prefix}/sightings/fleet`;
  return rememberFleet({
    read: async () => (await readParameter(client, name))?.Value,
    write: (text) => write(name, text),
  });
}

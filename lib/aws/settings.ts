import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { InvalidPolicy, parsePolicy } from "../policy/document.ts";
import type { Settings } from "../sweep/ports.ts";
import { readParameter } from "./parameters.ts";

/** The policy and the agents' instructions, each one parameter under the prefix. */
export function createSettings(client: SSMClient, prefix: string): Settings {
  return {
    async policy() {
      const name = `${prefix}/policy`;
      const text = (await readParameter(client, name))?.Value;
      if (text === undefined) throw new InvalidPolicy(`there is no policy: the parameter ${name} does not exist`);
      return parsePolicy(text, name);
    },
    async publish(instructions) {
      const name = `${prefix}/instructions`;
      const value = JSON.stringify(instructions);
      if ((await readParameter(client, name))?.Value === value) return;
      await client.send(
        new PutParameterCommand({ Name: name, Value: value, Type: "String", Tier: "Standard", Overwrite: true }),
      );
    },
  };
}

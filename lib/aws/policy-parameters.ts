import type { SSMClient } from "@aws-sdk/client-ssm";
import { InvalidPolicy, parsePolicy } from "../policy/document.ts";
import type { Instructions } from "../policy/instructions.ts";
import type { PolicyInForce } from "../sweep/ports.ts";
import { readParameter, writeParameter } from "./parameters.ts";

/** Reads and parses `<prefix>/policy`; throws `InvalidPolicy` where it is missing or has a mistake. */
export async function readPolicy(client: SSMClient, prefix: string): Promise<PolicyInForce> {
  const name = `${prefix}/policy`;
  const { Value: text, Version: version = 0 } = (await readParameter(client, name)) ?? {};
  if (text === undefined) throw new InvalidPolicy(`there is no policy: the parameter ${name} does not exist`);
  return { policy: parsePolicy(text, name), version };
}

/** Writes `<prefix>/instructions`, where they differ from what is there: Parameter Store takes few writes a second. */
export async function publishInstructions(
  client: SSMClient,
  prefix: string,
  instructions: Instructions,
): Promise<void> {
  const name = `${prefix}/instructions`;
  const value = JSON.stringify(instructions);
  if ((await readParameter(client, name))?.Value === value) return;
  await writeParameter(client, name, value);
}

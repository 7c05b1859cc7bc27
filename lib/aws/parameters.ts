import {
  DeleteParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  paginateGetParametersByPath,
  PutParameterCommand,
  type Parameter,
  type PutParameterCommandOutput,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { unlessNamed } from "../domain/errors.ts";

/** The most that one call of `GetParametersByPath` returns, or one of `DeleteParameters` takes. */
const PARAMETERS_A_CALL = 10;

/** A parameter, `undefined` where there is none of that name. */
export async function readParameter(client: SSMClient, Name: string): Promise<Parameter | undefined> {
  const answer = await unlessNamed(client.send(new GetParameterCommand({ Name })), "ParameterNotFound");
  return answer && (answer.Parameter ?? {});
}

/** Writes a standard parameter; rejects with `ParameterAlreadyExists` where it is there and may not be overwritten. */
export function writeParameter(
  client: SSMClient,
  Name: string,
  Value: string,
  { overwrite }: { readonly overwrite: boolean } = { overwrite: true },
): Promise<PutParameterCommandOutput> {
  return client.send(new PutParameterCommand({ Name, Value, Type: "String", Tier: "Standard", Overwrite: overwrite }));
}

/** Every parameter below a folder, at any depth. */
export async function* parametersBelow(client: SSMClient, Path: string): AsyncGenerator<Parameter> {
  for await (const { Parameters = [] } of paginateGetParametersByPath(
    { client },
    { Path, Recursive: true, MaxResults: PARAMETERS_A_CALL },
  ))
    yield* Parameters;
}

/** The parameters of these names that there are, ten at a time. */
export async function* parametersNamed(client: SSMClient, names: readonly string[]): AsyncGenerator<Parameter[]> {
  for (let i = 0; i < names.length; i += PARAMETERS_A_CALL) {
    const Names = names.slice(i, i + PARAMETERS_A_CALL);
    yield (await client.send(new GetParametersCommand({ Names }))).Parameters ?? [];
  }
}

/** Deletes parameters, those that are gone already included. */
export async function deleteParameters(client: SSMClient, names: readonly string[]): Promise<void> {
  for (let i = 0; i < names.length; i += PARAMETERS_A_CALL)
    await client.send(new DeleteParametersCommand({ Names: names.slice(i, i + PARAMETERS_A_CALL) }));
}

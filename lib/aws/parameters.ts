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
import pThrottle from "p-throttle";
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

/** Parameter Store is planned to take three writes a second for the whole account; apps that are in use write, too. */
const ONE_WRITE_A_SECOND = { limit: 1, interval: 1000 };

/** Writes standard parameters, one a second at most. */
export function pacedWriter(client: SSMClient): (name: string, value: string) => Promise<void> {
  return pThrottle(ONE_WRITE_A_SECOND)(async (name: string, value: string) => {
    await writeParameter(client, name, value);
  });
}

/** Every parameter below a folder, at any depth. */
export async function* parametersBelow(client: SSMClient, Path: string): AsyncGenerator<Parameter> {
  for await (const page of parameterPagesBelow(client, Path)) yield* page;
}

/** Every parameter below a folder, at any depth, as many at a time as one call returns. */
export async function* parameterPagesBelow(client: SSMClient, Path: string): AsyncGenerator<readonly Parameter[]> {
  const request = { Path, Recursive: true, MaxResults: PARAMETERS_A_CALL };
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client }, request)) yield Parameters;
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

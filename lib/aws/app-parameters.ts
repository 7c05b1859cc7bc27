import type { Parameter, SSMClient } from "@aws-sdk/client-ssm";
import { parseAppKey, type AppKey } from "../domain/app.ts";
import { deleteParameters, parameterPagesBelow, parametersNamed, readParameter } from "./parameters.ts";

/** What the parameters of a folder hold, one parameter per app, each parsed from its text and when it was written. */
export type AppParameters<T> = {
  readonly all: () => Promise<ReadonlyMap<AppKey, T>>;
  /** `undefined` where there is none. */
  readonly of: (key: AppKey) => Promise<T | undefined>;
  /** Deletes those of these that are meant by when they were written. */
  readonly delete: (keys: readonly AppKey[], isMeant: (key: AppKey, writtenAt: Date) => boolean) => Promise<void>;
};

/** The parameters of apps below a folder, whose name ends with a slash. */
export function createAppParameters<T>(
  client: SSMClient,
  folder: string,
  parse: (text: string, writtenAt: Date) => T,
): AppParameters<T> {
  return {
    async all() {
      const found = new Map<AppKey, T>();
      for await (const page of appParametersBelow(client, folder))
        for (const [key, parameter] of page) found.set(key, parse(...contentOf(parameter)));
      return found;
    },
    async of(key) {
      const parameter = await readParameter(client, folder + key);
      return parameter && parse(...contentOf(parameter));
    },
    async delete(keys, isMeant) {
      const keyOf = new Map(keys.map((key) => [folder + key, key]));
      // Read again right before: somebody may have written a newer one meanwhile.
      for await (const found of parametersNamed(client, [...keyOf.keys()]))
        await deleteParameters(
          client,
          found.flatMap(({ Name = "", LastModifiedDate: at }) => {
            const key = keyOf.get(Name);
            return key !== undefined && at !== undefined && isMeant(key, at) ? [Name] : [];
          }),
        );
    },
  };
}

/** The parameters below a folder that are named after an app, page by page. Others are neither read nor deleted. */
export async function* appParametersBelow(
  client: SSMClient,
  folder: string,
): AsyncGenerator<readonly (readonly [AppKey, Parameter])[]> {
  for await (const page of parameterPagesBelow(client, folder))
    yield page.flatMap((parameter) => {
      const key = parseAppKey(parameter.Name?.slice(folder.length) ?? "");
      return key === undefined ? [] : [[key, parameter] as const];
    });
}

function contentOf({ Name, Value, LastModifiedDate }: Parameter): [text: string, writtenAt: Date] {
  if (Value === undefined || LastModifiedDate === undefined)
    throw new Error(`Parameter Store gave ${Name ?? "a parameter"} without its Value or LastModifiedDate`);
  return [Value, LastModifiedDate];
}

import type { Parameter, SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { isNamed, unlessNamed } from "../domain/errors.ts";
import { LONGEST_INVOCATION_SECONDS } from "../domain/lease.ts";
import { readParameter, writeParameter } from "./parameters.ts";

const Term = v.object({
  holder: v.string(),
  seconds: v.pipe(v.number(), v.minValue(0), v.maxValue(LONGEST_INVOCATION_SECONDS)),
});

/** Who has a lease, and for how many seconds from when that was written; 0 where it was given back. */
export type LeaseTerm = v.InferOutput<typeof Term>;

/** One version of a lease's parameter, with its time by Parameter Store's clock. */
export type LeaseVersion = LeaseTerm & { readonly version: number; readonly writtenAt: Date };

export type LeaseStore = {
  readonly newest: () => Promise<LeaseVersion | undefined>;
  /** `undefined` where that version cannot be read. */
  readonly at: (version: number) => Promise<LeaseVersion | undefined>;
  /**
   * Writes the next version and answers its number. A `first` one is written only where there is none: `exists`
   * otherwise.
   */
  readonly write: (term: LeaseTerm, first: boolean) => Promise<number | "exists">;
};

/** A lease's versions in the parameter of that name. */
export function createLeaseStore(client: SSMClient, name: string): LeaseStore {
  return {
    async newest() {
      const parameter = await readParameter(client, name);
      return parameter && toVersion(parameter);
    },
    async at(version) {
      const parameter = await unlessNamed(readParameter(client, `${name}:${version}`), "ParameterVersionNotFound");
      return parameter && toVersion(parameter);
    },
    async write({ holder, seconds }, first) {
      const Value = JSON.stringify({ holder, seconds });
      try {
        const { Version } = await writeParameter(client, name, Value, { overwrite: !first });
        if (Version === undefined) throw new Error(`Parameter Store did not say which version of ${name} it wrote`);
        return Version;
      } catch (error) {
        if (first && isNamed(error, "ParameterAlreadyExists")) return "exists";
        throw error;
      }
    },
  };
}

function toVersion({ Name = "a lease", Value, Version, LastModifiedDate }: Parameter): LeaseVersion {
  if (Version === undefined || LastModifiedDate === undefined)
    throw new Error(`Parameter Store gave ${Name} without its Version or LastModifiedDate`);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Term), Value);
  // What cannot be read is somebody's lease all the same, for as long as one may last.
  const term = parsed.success ? parsed.output : { holder: "", seconds: LONGEST_INVOCATION_SECONDS };
  return { ...term, version: Version, writtenAt: LastModifiedDate };
}

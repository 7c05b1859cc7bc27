import * as v from "valibot";
import type { AwsAccount } from "../aws-account.ts";
import { AwsError } from "../wire/errors.ts";
import { type Json, type Operation, operation } from "../wire/operation.ts";
import { listing, pageOf } from "../wire/pages.ts";
import { metadata, valued } from "./answers.ts";
import { parseSelector } from "./names.ts";
import { type Store, versionAsOf } from "./store.ts";

const One = v.object({ Name: v.string() });
const Some = v.object({ Names: v.array(v.string()) });
const History = v.object({
  Name: v.string(),
  MaxResults: v.optional(v.number(), 50),
  NextToken: v.exactOptional(v.string()),
});

/** The reads by name; `readsAt` is the moment as of which they answer. */
export function readOperations(account: AwsAccount, store: Store, readsAt: () => number): Record<string, Operation> {
  return {
    GetParameter: operation(One, ({ Name }) => ({ Parameter: read(account, store, Name, readsAt()) })),
    GetParameters: operation(Some, ({ Names }) => readSome(account, store, [...new Set(Names)], readsAt())),
    GetParameterHistory: operation(History, ({ Name, ...paging }) => {
      const parameter = store.get(Name);
      if (parameter === undefined) throw notFound(Name);
      const versions = listing(parameter.versions, ({ version }) => String(version).padStart(12, "0"));
      const page = pageOf(versions, paging, "InvalidNextToken");
      return {
        Parameters: page.items.map((version) => ({
          ...metadata(account, parameter, version),
          Value: version.value,
          Labels: [],
        })),
        NextToken: page.nextToken,
      };
    }),
  };
}

/** What the reads and deletions answer for a name that is not there. */
export function notFound(name: string): AwsError {
  return new AwsError("ParameterNotFound", `Parameter ${name} not found.`);
}

function read(account: AwsAccount, store: Store, name: string, at: number): Json {
  const { bare, version: wanted } = parseSelector(name);
  const parameter = store.get(bare);
  const newest = parameter && versionAsOf(parameter, at);
  if (parameter === undefined || newest === undefined) throw notFound(name);
  if (wanted === undefined) return valued(account, parameter, newest);
  const version = parameter.versions.find((candidate) => String(candidate.version) === wanted);
  if (version !== undefined) return { ...valued(account, parameter, version), Selector: `:${wanted}` };
  // What is not a number is a label, and labels are not embedded: none exists.
  if (!/^\d+$/.test(wanted)) throw notFound(name);
  throw new AwsError(
    "ParameterVersionNotFound",
    `Systems Manager could not find version ${wanted} of ${bare}. Verify the version and try again.`,
  );
}

function readSome(account: AwsAccount, store: Store, names: readonly string[], at: number): Json {
  const found: Json[] = [];
  const invalid: string[] = [];
  for (const name of names) {
    try {
      found.push(read(account, store, name, at));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      invalid.push(name);
    }
  }
  return { Parameters: found, InvalidParameters: invalid };
}

import * as v from "valibot";
import { AwsError, validationError } from "../wire/errors.ts";
import type { Json } from "../wire/operation.ts";
import { requireLegalName } from "./names.ts";
import type { Parameter, Store, Version } from "./store.ts";

export const Tags = v.array(v.object({ Key: v.string(), Value: v.string() }));
export const PutParameter = v.object({
  Name: v.string(),
  Value: v.string(),
  Type: v.optional(v.string()),
  Description: v.optional(v.string()),
  Overwrite: v.optional(v.boolean(), false),
  Tier: v.optional(v.string()),
  DataType: v.optional(v.string()),
  AllowedPattern: v.optional(v.string()),
  Tags: v.optional(Tags, []),
});
type PutParameter = v.InferOutput<typeof PutParameter>;

const maxBytes = new Map([
  ["Standard", 4096],
  ["Advanced", 8192],
  ["Intelligent-Tiering", 8192],
]);
const standardLimit = 10_000;

/** Writes a parameter's next version. */
export function put(store: Store, input: PutParameter, now: number): Json {
  requireLegal(input);
  const former = store.get(input.Name);
  const last = former?.versions.at(-1);
  if (last !== undefined && !input.Overwrite)
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  if (former === undefined) requireRoom(store);
  const version = nextVersion(input, last, now);
  requireFitting(version);
  setTags(store.put(input.Name, version), input.Tags);
  return { Version: version.version, Tier: version.tier };
}

function requireLegal({ Name, Value, Overwrite, Tags: tags, DataType = "text" }: PutParameter): void {
  requireLegalName(Name);
  if (Value === "")
    throw validationError(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: " +
        "Member must have length greater than or equal to 1.",
    );
  if (Overwrite && tags.length > 0)
    throw validationError("Invalid request: tags and overwrite can't be used together.");
  if (!["text", "aws:ec2:image", "aws:ssm:integration"].includes(DataType))
    throw validationError(`The following data type is not supported: ${DataType} (Data type names are all lowercase.)`);
}

function nextVersion(input: PutParameter, last: Version | undefined, now: number): Version {
  const type = input.Type ?? last?.type;
  if (type === undefined) throw validationError("A parameter type is required when you create a parameter.");
  return {
    version: (last?.version ?? 0) + 1,
    value: input.Value,
    type,
    modifiedAt: now,
    tier: input.Tier === undefined || input.Tier === "Intelligent-Tiering" ? (last?.tier ?? "Standard") : input.Tier,
    description: input.Description ?? last?.description,
    dataType: input.DataType ?? last?.dataType ?? "text",
    allowedPattern: input.AllowedPattern ?? last?.allowedPattern,
  };
}

function requireFitting({ value, tier, allowedPattern }: Version): void {
  const limit = maxBytes.get(tier) ?? 0;
  if (Buffer.byteLength(value) > limit)
    throw validationError(`${tier} tier parameters support a maximum parameter value of ${limit} characters.`);
  if (allowedPattern !== undefined && !new RegExp(allowedPattern).test(value)) {
    throw new AwsError(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`,
    );
  }
}

function requireRoom(store: Store): void {
  if (store.all().entries.length >= standardLimit)
    throw new AwsError(
      "ParameterLimitExceeded",
      `You have exceeded the number of parameters for this account: ${standardLimit}.`,
    );
}

function setTags({ tags: to }: Parameter, tags: v.InferOutput<typeof Tags>): void {
  for (const { Key, Value } of tags) to.set(Key, Value);
}

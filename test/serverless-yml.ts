import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CORE_SCHEMA, defineScalarTag, defineSequenceTag, load, seqTag } from "js-yaml";

/** What stands for CloudFormation's functions: their text, or what they refer to as a placeholder. */
const CLOUDFORMATION = CORE_SCHEMA.withTags(
  defineScalarTag("!Sub", { resolve: (text) => text, identify: () => false }),
  ...["!Ref", "!GetAtt"].map((tag) =>
    defineScalarTag(tag, { resolve: (text) => `\${${text}}`, identify: () => false }),
  ),
  defineSequenceTag("!If", { ...seqTag, identify: () => false }),
);

/** serverless.yml as it is written, its `${…}` unresolved. */
export async function readServerlessYml(): Promise<unknown> {
  return load(await readFile(join(import.meta.dirname, "../serverless.yml"), "utf8"), { schema: CLOUDFORMATION });
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CORE_SCHEMA, defineScalarTag, defineSequenceTag, load, seqTag } from "js-yaml";

/** CloudFormation's functions as plain values: the text of `!Sub`, and a placeholder for a reference. */
const CLOUDFORMATION = CORE_SCHEMA.withTags(
  defineScalarTag("!Sub", { resolve: (text) => text, identify: () => false }),
  ...["!Ref", "!GetAtt"].map((tag) =>
    defineScalarTag(tag, { resolve: (text) => `\${${text}}`, identify: () => false }),
  ),
  defineSequenceTag("!If", { ...seqTag, identify: () => false }),
);

/** YAML with CloudFormation's functions. */
export const loadTemplate = (text: string): unknown => load(text, { schema: CLOUDFORMATION });

/** serverless.yml as it is written: its `${…}` are not resolved. */
export async function readServerlessYml(): Promise<unknown> {
  return loadTemplate(await readFile(join(import.meta.dirname, "../serverless.yml"), "utf8"));
}

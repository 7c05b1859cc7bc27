/** Writes policy.schema.json, with which editors check policy.yml: `node lib/deploy/policy-schema.ts`. */
import { writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { toJsonSchema } from "@valibot/to-json-schema";
import { PolicyDocument } from "../policy/document.ts";

export const SCHEMA_FILE = new URL("../../policy.schema.json", import.meta.url);

/** The policy's schema as JSON Schema. The deploy alone makes the few checks that JSON Schema cannot express. */
export function policySchema(): string {
  const schema = toJsonSchema(PolicyDocument, { target: "draft-07", typeMode: "input", errorMode: "ignore" });
  return `${JSON.stringify({ title: "Studio Reaper policy", ...schema }, null, 2)}\n`;
}

if (argv[1] === fileURLToPath(import.meta.url)) await writeFile(SCHEMA_FILE, policySchema());

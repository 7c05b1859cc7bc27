import { createHash } from "node:crypto";
import type { AppType } from "./settings-target.ts";

const HASH_CHARACTERS = 12;

/** The longest name of a deployment with which a lifecycle configuration's name fits the service's 63 characters. */
export const MAX_DEPLOYMENT_LENGTH = 63 - "-jupyterlab-".length - HASH_CHARACTERS;

/** A lifecycle configuration cannot be changed, so its name has the hash of its script. */
export function configName(deployment: string, type: AppType, script: string): string {
  const hash = createHash("sha256").update(script).digest("hex").slice(0, HASH_CHARACTERS);
  return `${deployment}-${type.toLowerCase()}-${hash}`;
}

/** Tells one deployment's lifecycle configurations, of any script, from all others, by name or ARN. */
export function ownConfigs(deployment: string): (nameOrArn: string) => boolean {
  const name = new RegExp(`^${deployment}-(jupyterlab|codeeditor)-[0-9a-f]{${HASH_CHARACTERS}}$`);
  return (nameOrArn) => name.test(nameOrArn.replace(/^arn:.*studio-lifecycle-config\//, ""));
}

import { AwsError, validationError } from "../wire/errors.ts";

const legal = /^[a-zA-Z0-9_.\-/]+$/;
const reserved = /^\/?(aws|ssm)/i;
const maxLevels = 15;

/** Refuses a name that no parameter may have. */
export function requireLegalName(name: string): void {
  if (!legal.test(name))
    throw validationError(
      "Parameter name: can be formed of letters, numbers and the symbols .-_ only, " +
        `in parts divided by slashes: ${name}`,
    );
  if (/^\/aws[^/]*\//i.test(name))
    throw new AwsError("AccessDeniedException", `No access to reserved parameter name: ${name}.`);
  if (reserved.test(name))
    throw validationError('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  if (name.includes("/") && !name.startsWith("/"))
    throw validationError("Parameter name must be a fully qualified name.");
  if (name.split("/").length - 1 > maxLevels) {
    throw new AwsError(
      "HierarchyLevelLimitExceededException",
      `Parameter name hierarchy can have at most ${maxLevels} levels.`,
    );
  }
}

/** A read's name: bare or an ARN, with a version after a colon or without. */
export function parseSelector(name: string): { bare: string; version: string | undefined } {
  const [bare = "", version] = name.replace(/^arn:aws[a-z-]*:ssm:[^:]*:[^:]*:parameter(?=\/)/, "").split(":");
  return { bare, version };
}

import { parsePolicy } from "../policy/document.ts";
import { Refused } from "./refused.ts";

/** What an advanced parameter can hold; a standard one, which costs nothing, holds half of it. */
const MOST_BYTES = 8192;

/** The line that says the mode, in YAML or JSON. */
const MODE = /^(\s*["']?mode["']?[ \t]*:[ \t]*["']?)[\w-]+/m;

/**
 * The policy as it is deployed: the file's own text, comments included, in the mode that the deploy asks for, if any. Throws
 * `InvalidPolicy` or `Refused` for a policy that no sweep could act on or no parameter hold.
 */
export function policyText(file: string, mode: "live" | "dry-run" | "policy", where: string): string {
  const asWritten = parsePolicy(file, where);
  const text =
    mode === "policy" || mode === asWritten.mode ? file : file.replace(MODE, (_, before: string) => before + mode);
  if (mode !== "policy" && parsePolicy(text, where).mode !== mode) {
    throw new Refused(
      `mode: ${where} must have its mode on a line of its own for the parameter mode=${mode} to replace it`,
    );
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES)
    throw new Refused(
      `${where} has ${bytes} bytes, a parameter at most ${MOST_BYTES}: shorten its comments, or merge rules by globs`,
    );
  const reserved = /\$\{|\{\{/.exec(text)?.[0];
  if (reserved !== undefined)
    throw new Refused(`${where} must not contain ${reserved}, which the deploy would fill in`);
  return text;
}

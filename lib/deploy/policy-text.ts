import { parsePolicy, type Policy } from "../policy/document.ts";
import { nameOf } from "../policy/resolve.ts";
import { mistakesIn, notesOn } from "../policy/review.ts";
import { Refused } from "./refused.ts";

/** An advanced parameter holds this much. A standard one, which costs nothing, holds half of it. */
const MOST_BYTES = 8192;

/** The line with the mode, in YAML or JSON. */
const MODE = /^(\s*["']?mode["']?[ \t]*:[ \t]*["']?)[\w-]+/m;

/**
 * The policy as it is deployed: the file's text with its comments, in the mode that the deploy asks for, if any. Throws
 * `InvalidPolicy` or `Refused` for a policy that a sweep could not use or a parameter could not hold.
 */
export function policyText(file: string, mode: "live" | "dry-run" | "policy", where: string): string {
  const asWritten = parsePolicy(file, where);
  const mistakes = mistakesIn(asWritten);
  if (mistakes.length > 0) throw new Refused([`${where} has rules that match nothing`, ...mistakes].join("\n  "));
  if (mode === "dry-run") refuseLiveRules(asWritten, where);
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

/** Who asks for a dry run at the command line means all apps, but a rule's own mode wins over the policy's. */
function refuseLiveRules({ rules }: Policy, where: string): void {
  const live = rules.flatMap((rule, i) => (rule.set.mode === "live" ? nameOf(rule, i) : []));
  if (live.length === 0) return;
  throw new Refused(
    `mode: with mode=dry-run, ${where} would still stop apps, since a rule's own mode wins: ${live.join(", ")}`,
  );
}

/** What the deployer should know of the policy, though it is deployed: rules that hold for no app. */
export function policyNotes(text: string, now: Date): readonly string[] {
  return notesOn(parsePolicy(text, "policy.yml"), now).map((note) => `policy.yml: ${note}`);
}

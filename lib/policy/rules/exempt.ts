import { EXEMPT_TAG, type Tags } from "../../domain/tags.ts";
import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";

const NO: readonly string[] = ["false", "no", "off", "0"];

/** `exempt`: keep, the policy or the tag `studio-reaper:exempt` says that it is never stopped. */
export const exempt: VerdictRule = ({ policy, tags }) => {
  const { rule } = policy;
  if (policy.exempt) return keep("exempt", `the policy exempts it${rule === undefined ? "" : `, by ${rule}`}`);
  return isExemptByTag(tags) ? keep("exempt", `the tag ${EXEMPT_TAG} exempts it`) : undefined;
};

function isExemptByTag(tags: Tags | undefined): boolean {
  const value = tags === "unreadable" ? undefined : tags?.[EXEMPT_TAG];
  return value !== undefined && !NO.includes(value.trim().toLowerCase());
}

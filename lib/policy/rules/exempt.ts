import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";

/** `exempt`: keep, the policy says that it is never stopped. */
export const exempt: VerdictRule = ({ policy }) => {
  if (!policy.exempt) return undefined;
  return keep("exempt", `the policy exempts it${policy.rule === undefined ? "" : `, by ${policy.rule}`}`);
};

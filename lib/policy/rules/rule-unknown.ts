import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";

/** `rule-unknown`: keep, it is not known which rule of the policy holds for it. */
export const ruleUnknown: VerdictRule = ({ policy: { doubt } }) =>
  doubt === undefined ? undefined : keep("rule-unknown", doubt);

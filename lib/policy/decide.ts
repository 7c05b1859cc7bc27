import type { Facts } from "./facts.ts";
import { VERDICT_RULES } from "./rules/verdict-rules.ts";
import { keep, type Verdict } from "./verdict.ts";

/** Judges one app: the first rule that applies gives the verdict. An app to which no rule applies is kept. */
export function decide(facts: Facts): Verdict {
  for (const rule of VERDICT_RULES) {
    const verdict = rule(facts);
    if (verdict) return verdict;
  }
  return keep("unknown-activity", "no rule applies to it");
}

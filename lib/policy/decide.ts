import { ageLimit } from "./age-limit.ts";
import type { Facts } from "./facts.ts";
import { VERDICT_RULES } from "./rules/verdict-rules.ts";
import { keep, type KeepReason, type Verdict } from "./verdict.ts";

/** Verdicts on which an app's age has no bearing, or that count it themselves. */
const WHATEVER_ITS_AGE: readonly KeepReason[] = [
  "not-running",
  "not-covered",
  "rule-unknown",
  "exempt",
  "tags-unknown",
  "kept-alive",
  "young",
];

/** Judges one app: the first rule that applies gives the verdict. An app to which no rule applies is kept. */
export function decide(facts: Facts): Verdict {
  for (const rule of VERDICT_RULES) {
    const verdict = rule(facts);
    if (verdict) return withinAge(facts, verdict);
  }
  return keep("unknown-activity", "no rule applies to it");
}

/** An app that is kept now could be stopped at its maximum age at the latest. */
function withinAge(facts: Facts, verdict: Verdict): Verdict {
  const limit = ageLimit(facts);
  if (limit === undefined || verdict.verdict === "stop" || WHATEVER_ITS_AGE.includes(verdict.reason)) return verdict;
  if (limit <= facts.now || (verdict.eligibleAt !== null && verdict.eligibleAt < limit)) return verdict;
  return { ...verdict, eligibleAt: limit };
}

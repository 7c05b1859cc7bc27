import { ageLimit } from "./age-limit.ts";
import type { Facts } from "./facts.ts";
import { maxAge } from "./rules/max-age.ts";
import { VERDICT_RULES } from "./rules/verdict-rules.ts";
import { keep, type Verdict } from "./verdict.ts";

/** On verdicts of the rules up to this one an app's age has no bearing, or they count it themselves. */
const AGE_ROW = VERDICT_RULES.indexOf(maxAge);

/** Judges one app: the first rule that applies gives the verdict. An app to which no rule applies is kept. */
export function decide(facts: Facts): Verdict {
  for (const [row, rule] of VERDICT_RULES.entries()) {
    const verdict = rule(facts);
    if (verdict) return row <= AGE_ROW ? verdict : withinAge(facts, verdict);
  }
  return keep("unknown-activity", "no rule applies to it");
}

/** An app that is not old enough could be stopped at its maximum age at the latest. */
function withinAge(facts: Facts, verdict: Verdict): Verdict {
  const limit = ageLimit(facts);
  if (limit === undefined || (verdict.eligibleAt !== null && verdict.eligibleAt < limit)) return verdict;
  return { ...verdict, eligibleAt: limit };
}

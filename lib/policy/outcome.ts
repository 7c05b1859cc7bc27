/**
 * What came of a verdict. A wanted stop may also be found done already (`gone`), be overtaken by its user's return
 * (`changed`), be held back by the budget or its breaker, or fail.
 */
export const OUTCOMES = [
  "kept",
  "stopped",
  "would-stop",
  "gone",
  "changed",
  "over-budget",
  "breaker",
  "failed",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

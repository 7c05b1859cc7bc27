/** What must always hold. */
export type Invariant =
  | "nobody at work is stopped"
  | "an app is stopped on a word of its own incarnation, in force"
  | "nobody is stopped without a warning"
  | "an exempt app is never stopped"
  | "what its user or a tag keeps is not stopped"
  | "no wish and no tag keeps for longer than it may"
  | "a dry run stops nothing"
  | "no sweep stops more than its budget"
  | "the breaker holds back everything"
  | "every app gets one verdict"
  | "every idle app is stopped";

export type Violation = {
  readonly invariant: Invariant;
  /** In seconds since the story's begin. */
  readonly at: number;
  readonly space: string | undefined;
  readonly detail: string;
};

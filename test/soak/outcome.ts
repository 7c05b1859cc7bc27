import { duration } from "../../lib/policy/time.ts";

/** How much later than its timeout an idle app may be stopped. */
export const LATEST_BY_SECONDS = 120;

/** What became of an app by the end; instants are in epoch milliseconds. */
export type Fate =
  | { readonly kind: "stopped"; readonly at: number }
  | { readonly kind: "kept"; readonly at: number }
  /** Neither stopped by a sweep nor in service. */
  | { readonly kind: "gone"; readonly status: string }
  /** What was to go on in it could not be acted out. */
  | { readonly kind: "failed"; readonly error: string };

export type Outcome = {
  readonly must: "stop" | "stay";
  readonly lastActivityAt: number;
  readonly fate: Fate;
};

/** Whether that is as it must be, and in a few words why. */
export type Judgement = { readonly isRight: boolean; readonly why: string };

/**
 * An idle app is stopped no earlier than its timeout after its last activity and at most two minutes later; one at work
 * never.
 */
export function judgeOutcome({ must, lastActivityAt, fate }: Outcome, timeoutSeconds: number): Judgement {
  switch (fate.kind) {
    case "failed":
      return wrong(`not acted out: ${fate.error}`);
    case "gone":
      return wrong(`${fate.status}, and no sweep stopped it`);
    case "kept":
      return must === "stay" ? right("kept") : wrong(`idle for ${idleTime(fate.at)}, and still there`);
    case "stopped": {
      if (must === "stay") return wrong("stopped at work");
      const late = secondsSince(fate.at) - timeoutSeconds;
      if (late < 0) return wrong(`${duration(-late)} early`);
      return late > LATEST_BY_SECONDS ? wrong(`${duration(late)} after the timeout`) : right("stopped in time");
    }
  }

  function secondsSince(at: number): number {
    return (at - lastActivityAt) / 1000;
  }
  function idleTime(at: number): string {
    return duration(secondsSince(at));
  }
}

const right = (why: string): Judgement => ({ isRight: true, why });
const wrong = (why: string): Judgement => ({ isRight: false, why });

/** Whether nothing that is still to come could change the judgement of an app that was started then. */
export function isDecided(
  { must, lastActivityAt, fate }: Outcome,
  { startedAt, timeoutSeconds }: { readonly startedAt: number; readonly timeoutSeconds: number },
): boolean {
  if (fate.kind !== "kept") return true;
  const shownBy = (must === "stop" ? lastActivityAt : startedAt) + (timeoutSeconds + LATEST_BY_SECONDS) * 1000;
  return fate.at > shownBy;
}

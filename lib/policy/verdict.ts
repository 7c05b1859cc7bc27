export const KEEP_REASONS = [
  "not-running",
  "not-covered",
  "rule-unknown",
  "exempt",
  "tags-unknown",
  "kept-alive",
  "young",
  "no-heartbeat",
  "stale-heartbeat",
  "bad-heartbeat",
  "unknown-activity",
  "busy-kernel",
  "terminal-job",
  "busy-cpu",
  "busy-gpu",
  "connected",
  "recently-active",
  "warned",
] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

export const STOP_REASONS = ["max-age", "silent", "idle"] as const;
export type StopReason = (typeof STOP_REASONS)[number];

type Grounds = {
  /** The reason in words for the app's user and their admin. */
  readonly detail: string;
  /** The least idle counted source, as far as the heartbeat vouches for it; `null` where nothing is known. */
  readonly idleSeconds: number | null;
};

/** Why an app will be stopped, in words for its user, and how many seconds before. */
export type DueWarning = {
  readonly why: string;
  readonly warnSeconds: number;
  readonly warnedAfter: Date;
  /** Whether the stop is off once its user does anything. */
  readonly endsByActivity: boolean;
};

/** What is to become of one app, and why. `eligibleAt` is when it could be stopped if nothing happens until then. */
export type Keep = Grounds & {
  readonly verdict: "keep";
  readonly reason: KeepReason;
  readonly eligibleAt: Date | null;
  /** The warning that its user is to be given now, before it may be stopped. */
  readonly dueWarning?: DueWarning;
  /** Whether it would be stopped now, if its user had been warned for long enough. */
  readonly waitsForWarning?: boolean;
  /** Until when somebody has it kept, where that is the reason. */
  readonly keptUntil?: Date;
};
export type Stop = Grounds & {
  readonly verdict: "stop";
  readonly reason: StopReason;
  /** Why it is stopped, for its user alone: without the numbers of the policy. */
  readonly why: string;
  readonly eligibleAt: Date;
};
export type Verdict = Keep | Stop;

/** Keeps an app; what is not known of its idleness is `null`. */
export function keep(
  reason: KeepReason,
  detail: string,
  known: Partial<Pick<Keep, "idleSeconds" | "eligibleAt" | "dueWarning" | "waitsForWarning" | "keptUntil">> = {},
): Keep {
  return { verdict: "keep", reason, detail, idleSeconds: null, eligibleAt: null, ...known };
}

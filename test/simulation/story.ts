/** The sources that agents of a story tell of. */
export const TOLD_SOURCES = ["kernels", "terminals", "cpu", "files"] as const;

/**
 * Something that a user does, in seconds since the story's begin: at one source, at `from`, and again every so many
 * seconds until `to`; the whole time where `every` is 0, and then the source is busy. What `hangs` is busy and uses no
 * CPU time at all.
 */
export type Work = {
  readonly source: number;
  readonly from: number;
  readonly to: number;
  readonly every: number;
  readonly hangs?: boolean;
};

/** What befalls an agent, and for how many seconds. */
export type Trouble = {
  readonly kind: "dies" | "restarts" | "forgets" | "lags" | "lies" | "goes blind";
  readonly at: number;
  readonly for: number;
};

/**
 * What a user asks for: that the app be kept for so many seconds, or as long as a program runs, which it does for so
 * many. 0 takes it back.
 */
export type Wish = { readonly at: number; readonly for: number; readonly isProgram?: boolean };

/** How a user answers a warning, some seconds after it is shown. */
export type Answer = { readonly after: number; readonly for: number };

/** The tags of an app or its space from an instant on; a text as date is one that nobody can read. */
export type Tagging = {
  readonly at: number;
  readonly on: "app" | "space";
  readonly exempt?: string;
  readonly keepUntil?: number | string;
};

/** One app and its user. Whoever comes to work and finds no app starts one. */
export type AppStory = {
  readonly space: string;
  /** When the user opens Studio, and starts the app where there is none. */
  readonly opens: readonly number[];
  /** When the user stops the app. */
  readonly closes: readonly number[];
  /** Whether the app keeps its creation time where it starts again within a day. */
  readonly keepsCreationTime: boolean;
  readonly work: readonly Work[];
  readonly troubles: readonly Trouble[];
  /** In the order of their instants. */
  readonly wishes?: readonly Wish[];
  /** What the user answers to the first warning, the second, and so on. */
  readonly answers?: readonly Answer[];
  readonly tags?: readonly Tagging[];
  /** The service refuses to delete it. */
  readonly undeletable?: boolean;
};

export const FAULT_KINDS = [
  "throttled",
  "fails",
  "request lost",
  "answer lost",
  "sent late",
  "sent twice",
  "slow",
  "empty page",
] as const;

/** What befalls a share of the calls, of one operation or of all, in a part of the story. */
export type Fault = {
  readonly kind: (typeof FAULT_KINDS)[number];
  readonly operation: string | undefined;
  readonly of: "sweeps" | "agents";
  readonly share: number;
  readonly from: number;
  readonly to: number;
};

/** What befalls one invocation of the function, by its number. */
export type Mishap = {
  readonly invocation: number;
  readonly kind: "cut off" | "starts twice" | "skipped" | "clock is off" | "cold start";
  /** After how many calls it is cut off; by how many seconds its clock is off. */
  readonly by: number;
};

/** The policy from an instant on. */
export type Edict = {
  readonly at: number;
  readonly mode: "live" | "dry-run";
  readonly idleTimeInSeconds: number;
  /** For the spaces whose name begins with `quick-`. */
  readonly quickIdleTimeInSeconds: number;
  /** Users are warned so long before a stop, but for at most half of the timeout. */
  readonly warnBefore: number;
  /** For how long anybody may keep an app. */
  readonly keepAliveAtMost: number;
  /** The timeout outside the working hours, where there are any: from eight to six in India, Monday to Friday. */
  readonly idleTimeOutsideHours?: number;
};

/** The limits of the policy's budget. */
export type Budget = { readonly maxStops: number; readonly maxShare: number; readonly breakerShare: number };

/** A budget that bites a small fleet. */
export const SMALL_BUDGET: Budget = { maxStops: 8, maxShare: 0.5, breakerShare: 0.6 };

/** All that happens in an account, and all that goes wrong there. Times are in seconds since its begin, a Monday. */
export type Story = {
  readonly seed: number;
  readonly seconds: number;
  readonly scheduleSeconds: number;
  readonly apps: readonly AppStory[];
  readonly faults: readonly Fault[];
  readonly mishaps: readonly Mishap[];
  readonly policies: readonly Edict[];
  readonly budget: Budget;
  /** Parameter Store's reads may answer as of so long ago. */
  readonly readLagSeconds: number;
};

/** Monday, the second of March 2026. */
export const BEGIN = Date.UTC(2026, 2, 2) / 1000;

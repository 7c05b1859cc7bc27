/** What an app is to be launched with; `scripts` are its lifecycle configurations in the order in which they run. */
export type LaunchOrder = {
  domainId: string;
  spaceName: string;
  appType: string;
  appName: string;
  arn: string;
  createdAt: number;
  scripts: readonly string[];
};

/** A running app, as tests and the presigned URL see it. Process ids are the host's. */
export type Instance = {
  /** Holds everything of this incarnation but the space's home. */
  folder: string;
  /** What the agent logs, delivered to CloudWatch in a real app. */
  logFile: string;
  /** The process of the app's server. */
  pid: number;
  port: number;
  /** The server's URL with its trailing slash. */
  baseUrl: string;
  home: string;
  /** Every process of the app but the namespace's first. */
  processes: () => Promise<{ pid: number; command: string }[]>;
  /** Ends every process of the app, and returns when none is left. */
  end: () => Promise<void>;
};

/**
 * Runs apps. A launch that fails rejects, its message being the app's FailureReason; one that is aborted leaves
 * nothing.
 */
export type Launcher = {
  launch: (order: LaunchOrder, signal: AbortSignal) => Promise<Instance | undefined>;
  /** Drops a space's home, as its deletion drops the EBS volume. */
  forget: (domainId: string, spaceName: string) => Promise<void>;
  close: () => Promise<void>;
};

/** Apps without a process: for the services alone, and for big fleets. */
export const noInstances: Launcher = {
  launch: () => Promise.resolve(undefined),
  forget: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

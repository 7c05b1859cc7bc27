/** How an embedded Studio is set up; all of it may be left out. */
export type StudioOptions = {
  /** The port to listen on; any free one by default. */
  port?: number;
  /** Real Jupyter servers (the default), or apps that are InService without a process. */
  instances?: "jupyter" | "none";
  /** A Python that has jupyter_server, or one for each space; the project's own by default. */
  python?: string | ((spaceName: string) => string);
  /** Laid over every app's environment. */
  env?: Record<string, string>;
  /** The built-in lifecycle configuration's text; the project's own by default. */
  lifecycleScript?: string;
  /** The policy parameter's text; the repository's policy.yml by default. */
  policy?: string;
  /** What an app stays Pending and Deleting at the least. */
  pendingMs?: number;
  deletingMs?: number;
  lifecycleTimeoutMs?: number;
  /** An account as it is before the deploy: a domain and a user profile, to which nothing is attached. */
  bare?: boolean;
  /** What an update does to nested settings: lays itself over them (the default), or takes their place. */
  updates?: "merge" | "replace";
  /**
   * An app that starts again within a day of its deletion keeps its CreationTime; every start has a new one by default.
   */
  keepsCreationTime?: boolean;
  /** ListApps answers creation times in whole seconds, DescribeApp in milliseconds; both in milliseconds by default. */
  listsWholeSeconds?: boolean;
  /** What a domain stays Updating after an update, in which it refuses others. */
  updatingMs?: number;
  /** `group` runs apps as a machine does that has no process namespaces. */
  isolation?: "group";
  region?: string;
  /** The account's clock in milliseconds: creation times, `LastModifiedDate`. */
  now?: () => number;
  /** Whether `calls` is kept; a Studio that runs for long does not want it. */
  recordsCalls?: boolean;
  /** Gives up a start that is under way; the start then rejects. */
  signal?: AbortSignal;
};

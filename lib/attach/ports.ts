import type { AgentPiece } from "../domain/agent-archive.ts";
import type { App, AppKey } from "../domain/app.ts";
import type { Acquisition } from "../domain/lease.ts";
import type { Agent } from "./agent.ts";
import type { AttachmentRecord } from "./record.ts";
import type { AppType, SettingsTarget, TargetKey } from "./settings-target.ts";

/** What attaching needs from outside. */
export type AttachPorts = {
  /** The agent in the function's package. */
  readonly agent: () => Promise<Agent>;
  readonly agentPieces: AgentPieces;
  readonly lifecycleConfigs: LifecycleConfigs;
  readonly domains: Domains;
  readonly records: Records;
  readonly roles: Roles;
  readonly choices: Choices;
  readonly apps: Apps;
  readonly outcome: StoredOutcome;
  /** Deletes the instructions, every heartbeat, and the pieces of every agent. */
  readonly forgetAgents: () => Promise<void>;
  readonly lease: RunLease;
  readonly time: Time;
};

/** One run at a time changes the account. The term is the rest of the run's invocation. */
export type RunLease = {
  readonly acquire: () => Promise<Acquisition>;
  /** Deletes it, for good. */
  readonly forget: () => Promise<void>;
};

export type Time = {
  readonly now: () => Date;
  /** Waits before the next of several looks at something that takes time; false after too many looks. */
  readonly waitToLookAgain: (looks: number) => Promise<boolean>;
  /** Whether the invocation ends so soon that nothing more may be begun. */
  readonly isRunningOut: () => boolean;
};

/**
 * Which lifecycle configurations users chose: each space of a domain, and each app that is not deleted, with the one
 * that it names.
 */
export type Choices = {
  readonly inDomain: (domainId: string) => AsyncIterable<{ readonly space: string; readonly arn: string | undefined }>;
};

/** The account's apps, and when each that has an agent was last heard. */
export type Apps = {
  readonly all: () => AsyncIterable<App>;
  readonly heartbeats: () => AsyncIterable<{ readonly key: AppKey; readonly at: Date }>;
};

/** The text of the last run's outcome. */
export type StoredOutcome = {
  readonly read: () => Promise<string | undefined>;
  readonly write: (text: string) => Promise<void>;
  readonly forget: () => Promise<void>;
};

export type LifecycleConfigs = {
  /** The ARN of the one with this name. */
  readonly find: (name: string) => Promise<string | undefined>;
  /** Makes one; answers the existing one where somebody else has just made it. */
  readonly create: (config: {
    name: string;
    type: AppType;
    script: string;
    tags: Readonly<Record<string, string>>;
  }) => Promise<string>;
  /** The script of the one with this name. */
  readonly script: (name: string) => Promise<string | undefined>;
  /** Those whose names contain a text, or all of the account and region. */
  readonly list: (nameContains?: string) => Promise<readonly { name: string; createdAt: Date }[]>;
  readonly delete: (name: string) => Promise<"deleted" | "gone" | "in-use">;
};

/** The pieces of agents' archives, where apps fetch them. */
export type AgentPieces = {
  /** The values of one agent's pieces by their names. */
  readonly of: (agentId: string) => Promise<ReadonlyMap<string, string>>;
  /** Every agent that has pieces here. */
  readonly agents: () => Promise<readonly StoredAgent[]>;
  readonly put: (agentId: string, piece: AgentPiece) => Promise<void>;
  readonly delete: (agentId: string, names: readonly string[]) => Promise<void>;
};

/** An agent with the names of its pieces, and when the last of them was written. */
export type StoredAgent = { readonly id: string; readonly pieces: readonly string[]; readonly writtenAt: Date };

export type Domains = {
  /** Every domain of the account and region. */
  readonly ids: () => Promise<readonly string[]>;
  readonly profileNames: (domainId: string) => Promise<readonly string[]>;
  readonly target: (key: TargetKey) => SettingsTarget;
};

/** What was there before we attached, so that it can be restored. */
export type Records = {
  /** Every domain and profile that has a record. */
  readonly targets: () => Promise<readonly TargetKey[]>;
  readonly read: (key: TargetKey) => Promise<AttachmentRecord>;
  /** Writes a record; deletes an empty one. A `first` record never replaces another: it throws {@link RecordExists}. */
  readonly write: (key: TargetKey, record: AttachmentRecord, first: boolean) => Promise<void>;
  readonly roles: () => Promise<readonly RoleRecord[]>;
  readonly writeRole: (role: RoleRecord) => Promise<void>;
  readonly forgetRole: (name: string) => Promise<void>;
};

/** Another run has just written the record. */
export class RecordExists extends Error {
  override readonly name = "RecordExists";
}

/** A policy, attached to a role. */
export type RolePolicy = { readonly name: string; readonly policyArn: string };

/** A role that we attached a policy to, with the domains that may have it; without them, any may. */
export type RoleRecord = RolePolicy & { readonly domains?: readonly string[] };

export type Roles = {
  /** The names of the roles that have the policy; none where the policy does not exist. */
  readonly withPolicy: (policyArn: string) => Promise<ReadonlySet<string>>;
  readonly attach: (role: RolePolicy) => Promise<void>;
  readonly detach: (role: RolePolicy) => Promise<"detached" | "gone">;
};

import type { AgentPiece } from "../domain/agent-archive.ts";
import type { Agent } from "./agent.ts";
import type { AppType, Holder, HolderKey } from "./holder.ts";
import type { AttachmentRecord } from "./record.ts";

/** What the attachment needs of the world. */
export type AttachPorts = {
  /** The agent that came with the function. */
  readonly agent: () => Promise<Agent>;
  readonly agentPieces: AgentPieces;
  readonly lifecycleConfigs: LifecycleConfigs;
  readonly domains: Domains;
  readonly records: Records;
  readonly roles: Roles;
  /** Deletes the instructions, every heartbeat, and the pieces of every agent. */
  readonly forgetAgents: () => Promise<void>;
  readonly time: Time;
};

export type Time = {
  readonly now: () => Date;
  /** Waits a while before the nth look at something that takes time; false where it has taken too long. */
  readonly waited: (looks: number) => Promise<boolean>;
  /** Whether the invocation ends so soon that nothing more may be begun. */
  readonly isShort: () => boolean;
};

export type LifecycleConfigs = {
  /** Its ARN, where there is one of that name. */
  readonly find: (name: string) => Promise<string | undefined>;
  /** Makes one; answers the one that is there where somebody was faster. */
  readonly create: (config: {
    name: string;
    type: AppType;
    script: string;
    tags: Readonly<Record<string, string>>;
  }) => Promise<string>;
  /** Its script, `undefined` where there is none of that name. */
  readonly script: (name: string) => Promise<string | undefined>;
  /** Those whose names contain a text, or all of the account and region. */
  readonly list: (nameContains?: string) => Promise<readonly { name: string; createdAt: Date }[]>;
  readonly delete: (name: string) => Promise<"deleted" | "gone" | "in-use">;
};

/** The pieces of agents' archives, where apps fetch them. */
export type AgentPieces = {
  /** The values of one agent's pieces by their names. */
  readonly of: (agentId: string) => Promise<ReadonlyMap<string, string>>;
  /** Every agent that there are pieces of. */
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
  readonly holder: (key: HolderKey) => Holder;
};

/** What was there before we came, so that it can be put back. */
export type Records = {
  /** Every domain and profile that there is a record of. */
  readonly holders: () => Promise<readonly HolderKey[]>;
  readonly read: (key: HolderKey) => Promise<AttachmentRecord>;
  /** Writes a record; deletes an empty one. A `first` one never replaces another's: it throws {@link RecordExists}. */
  readonly write: (key: HolderKey, record: AttachmentRecord, first: boolean) => Promise<void>;
  readonly roles: () => Promise<readonly RoleRecord[]>;
  readonly writeRole: (role: RoleRecord) => Promise<void>;
  readonly forgetRole: (role: RoleRecord) => Promise<void>;
};

/** Somebody else has just written the record. */
export class RecordExists extends Error {
  override readonly name = "RecordExists";
}

/** A role that we attached a policy to. */
export type RoleRecord = { readonly name: string; readonly policyArn: string };

export type Roles = {
  /** The names of the roles that have the policy; none where there is no such policy. */
  readonly withPolicy: (policyArn: string) => Promise<ReadonlySet<string>>;
  readonly attach: (role: RoleRecord) => Promise<void>;
  readonly detach: (role: RoleRecord) => Promise<"detached" | "gone">;
};

import type { Instance } from "../instances/launcher.ts";
import type { Json } from "../wire/operation.ts";
import type { Settings } from "./settings.ts";

/** A Studio domain; `request` keeps what the client set, to be described as it was. */
export type Domain = {
  id: string;
  name: string;
  arn: string;
  createdAt: number;
  modifiedAt: number;
  request: Json;
  userSettings: Settings;
  spaceSettings: Settings | undefined;
  updatingUntil?: number;
};
/** A person's profile in a domain. */
export type Profile = {
  domainId: string;
  name: string;
  arn: string;
  createdAt: number;
  modifiedAt: number;
  request: Json;
  settings: Settings;
};
/** A space, private to its owner or shared. */
export type Space = {
  domainId: string;
  name: string;
  arn: string;
  createdAt: number;
  modifiedAt: number;
  owner: string | undefined;
  sharing: "Private" | "Shared" | undefined;
  displayName: string | undefined;
  settings: Settings;
};
/** A lifecycle configuration: immutable, its content in base64. */
export type LifecycleConfig = { name: string; arn: string; createdAt: number; content: string; appType: string };

/** Who has the app: a space, or a profile itself. */
export type Owner = { kind: "space" | "user"; name: string };
/** What names an app; two incarnations of it share this. */
export type AppKey = { domainId: string; owner: Owner; appType: string; appName: string };
/** The states of an app, in the service's words. */
export type AppStatus = "Pending" | "InService" | "Deleting" | "Deleted" | "Failed";
/** One incarnation of an app. */
export type App = AppKey & {
  arn: string;
  status: AppStatus;
  createdAt: number;
  resourceSpec: Json;
  deletedAt?: number;
  failureReason?: string;
  recoveryMode?: boolean;
  builtInArn?: string | undefined;
  instance?: Instance;
  ending: AbortController;
};

/** What the service's documentation leaves open about an app's CreationTime. */
export type CreationTimes = {
  /**
   * An app that starts again within 24 hours of its deletion keeps its CreationTime; otherwise each start has its own.
   */
  areKept: boolean;
  /** ListApps answers whole seconds, DescribeApp fractions. */
  areListedInSeconds: boolean;
};

/** All that SageMaker remembers of the account. */
export class State {
  readonly creationTimes: CreationTimes;
  readonly domains = new Map<string, Domain>();
  readonly profiles = new Map<string, Profile>();
  readonly spaces = new Map<string, Space>();
  readonly lifecycleConfigs = new Map<string, LifecycleConfig>();
  readonly apps = new Map<string, App>();
  /** Tags by the ARN of what carries them; whatever exists has an entry. */
  readonly tags = new Map<string, Map<string, string>>();

  constructor(creationTimes: CreationTimes) {
    this.creationTimes = creationTimes;
  }
}

const listedAfterDeletionMs = 24 * 60 * 60 * 1000;

/**
 * Whether an app was deleted less than a day ago: it is still listed, and may keep its metadata when it starts again.
 */
export const isRecentlyDeleted = ({ deletedAt }: App, now: number): boolean =>
  deletedAt !== undefined && now - deletedAt < listedAfterDeletionMs;

/** The map key of something that a domain contains. */
export const within = (domainId: string, name: string): string => `${domainId}/${name}`;

/** The path of an app, as ARNs and map keys have it. */
export function pathOf({ domainId, owner, appType, appName }: AppKey): string {
  return `${domainId}/${owner.name}/${appType}/${appName}`;
}

/** The map key of an app: a space and a profile may share a name. */
export const appKeyOf = (key: AppKey): string => `${key.owner.kind}/${pathOf(key)}`;

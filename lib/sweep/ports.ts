import type { App, AppKey, UnreadableApp } from "../domain/app.ts";
import type { Lease } from "../domain/lease.ts";
import type { Reading } from "../domain/heartbeat.ts";
import type { Notice, NoticeReading } from "../domain/notice.ts";
import type { ResourceTags } from "../domain/resource-tags.ts";
import type { Policy } from "../policy/document.ts";
import type { Instructions } from "../policy/instructions.ts";
import type { SweepEvent } from "./events.ts";
import type { FleetMemory } from "./fleet-memory.ts";
import type { LateReading } from "./late-reading.ts";
import type { SightingsMemory } from "./remember-sightings.ts";

/**
 * What a sweep needs from outside, in the words of the domain. Every method rejects where the service's answer is not
 * complete.
 */
export type Ports = {
  readonly studio: Studio;
  readonly heartbeats: Heartbeats;
  readonly notices: Notices;
  /** When heartbeats and notices are read. */
  readonly lateReading: LateReading;
  /** The tags of everything that has one of ours, or one with any of these keys. */
  readonly readTags: (keys: readonly string[]) => Promise<ResourceTags>;
  readonly readPolicy: () => Promise<PolicyInForce>;
  /** Tells every agent how often to sample and to write. Writes only what differs from what is there. */
  readonly publishInstructions: (instructions: Instructions) => Promise<void>;
  /** What sweeps have seen of apps that were not in service. */
  readonly sightings: SightingsMemory;
  /** What the last sweep knew of the fleet. */
  readonly fleetMemory: FleetMemory;
  /** The account's event bus. */
  readonly events: Events;
  /** Lets one sweep at a time be at work. */
  readonly lease: Lease;
  /**
   * The largest share of a service's quota, taken over one minute, that the calls since the last question have used.
   */
  readonly quotaShareUsed: () => number;
};

/** The policy, and which version of its parameter that is. */
export type PolicyInForce = { readonly policy: Policy; readonly version: number };

/** The user profiles that own spaces, by `<domainId>/<spaceName>`. */
export type SpaceOwners = ReadonlyMap<string, string>;

export type Studio = {
  /**
   * Every app of the account, page by page, also those that are still listed as `Deleted`. In place of one that cannot
   * be parsed: what is wrong with it.
   */
  readonly apps: () => AsyncIterable<readonly (App | UnreadableApp)[]>;
  /** The owner of each space that has one. */
  readonly spaceOwners: () => Promise<SpaceOwners>;
  /**
   * The owners of these spaces, as far as they are known at little cost: for people to read. They may be an hour old,
   * so nothing is judged by them.
   */
  readonly knownSpaceOwners: (spaces: readonly string[]) => Promise<SpaceOwners>;
  readonly domain: (domainId: string) => Promise<StudioDomain>;
  /** The app as it is now, whichever incarnation; `undefined` where it is gone. */
  readonly current: (app: App) => Promise<App | undefined>;
  /**
   * Deletes the app, by one call; `gone` where it is deleted, or being deleted, already; `busy` where the service
   * throttles it or gives no answer.
   */
  readonly deleteApp: (app: App) => Promise<"stopped" | "gone" | "busy">;
};

/** A domain: its name, `undefined` where it is gone, and whether it belongs to SageMaker Unified Studio. */
export type StudioDomain = { readonly name: string | undefined; readonly isUnifiedStudio: boolean };

export type Heartbeats = {
  /** Every heartbeat in the account. */
  readonly all: () => Promise<ReadonlyMap<AppKey, Reading>>;
  readonly of: (key: AppKey) => Promise<Reading>;
  /** Deletes those of these heartbeats that were received before an instant. */
  readonly forget: (keys: readonly AppKey[], receivedBefore: Date) => Promise<void>;
};

export type Notices = {
  /** Every notice in the account. */
  readonly all: () => Promise<ReadonlyMap<AppKey, NoticeReading>>;
  readonly of: (key: AppKey) => Promise<NoticeReading>;
  /** Writes an app's notice over what is there. It waits until that is within the sweep's share of writes. */
  readonly put: (key: AppKey, notice: Notice) => Promise<void>;
  /** Deletes notices, each unless it was written anew since it was seen to be written then. */
  readonly forget: (seen: ReadonlyMap<AppKey, Date>) => Promise<void>;
};

export type Events = {
  /**
   * Rejects where an event could not be published, while the others are; and where that might take longer than the
   * milliseconds that remain, when none is.
   */
  readonly publish: (events: readonly SweepEvent[], remainingMs: number) => Promise<void>;
};

/** Where events are switched off. */
export const NO_EVENTS: Events = { publish: () => Promise.resolve() };

/** Carries out a stop; in a dry run it only says that it would. */
export type Stopper = (app: App) => Promise<"stopped" | "gone" | "busy" | "would-stop">;

import type { App, AppKey, UnreadableApp } from "../domain/app.ts";
import type { Reading } from "../domain/heartbeat.ts";
import type { Policy } from "../policy/document.ts";
import type { Instructions } from "../policy/instructions.ts";

/** What a sweep needs of the world, in the words of the domain. Every method throws where the service's answer is not complete. */
export type Ports = {
  readonly studio: Studio;
  readonly heartbeats: Heartbeats;
  readonly settings: Settings;
  /** The largest share of a service's quota, taken over one minute, that the calls since this was last asked have used. */
  readonly quotaShareUsed: () => number;
};

export type Studio = {
  /** Every app of the account that is not yet deleted, and in place of one that cannot be read, what is wrong with it. */
  readonly apps: () => AsyncIterable<App | UnreadableApp>;
  /** The user profile that owns each space, by `<domainId>/<spaceName>`. */
  readonly spaceOwners: () => Promise<ReadonlyMap<string, string>>;
  /** The app as it is now, whichever incarnation; `undefined` where it is gone. */
  readonly current: (app: App) => Promise<App | undefined>;
  /** Deletes the app; `gone` where somebody else did, or is at it; `throttled` where the service takes no more calls now. */
  readonly deleteApp: (app: App) => Promise<"stopped" | "gone" | "throttled">;
};

export type Heartbeats = {
  /** Every heartbeat there is. */
  readonly all: () => Promise<ReadonlyMap<AppKey, Reading>>;
  readonly of: (key: AppKey) => Promise<Reading>;
  /** Deletes the heartbeats of apps that are gone. */
  readonly forget: (keys: readonly AppKey[]) => Promise<void>;
};

export type Settings = {
  readonly policy: () => Promise<Policy>;
  /** Tells every agent how often to look and to write; writes only what is new. */
  readonly publish: (instructions: Instructions) => Promise<void>;
};

/** Carries out a stop, or in a dry run only says that it would. */
export type Stopper = (app: App) => Promise<"stopped" | "gone" | "throttled" | "would-stop">;

import type { App, AppKey } from "../../../lib/domain/app.ts";
import type { Heartbeat, Reading } from "../../../lib/domain/heartbeat.ts";
import { ago, aHeartbeat, anApp, NOW } from "../builders.ts";

// Apps that have a space each, by whose names tests speak of them.

/** The clock of tests in which no time passes. */
export const atNow = (): Date => NOW;

/** An app in the space of that name. */
export const inSpace = (name: string, overrides: Partial<App> = {}): App =>
  anApp({ owner: { kind: "space", name }, ...overrides });

/** A heartbeat of an app that has been idle for so many seconds. */
export const idleFor = (seconds: number, more: Partial<Heartbeat> = {}, receivedAt = ago(10)): Reading =>
  aHeartbeat({ idle: { kernels: seconds, terminals: seconds }, ...more }, receivedAt);

/** Heartbeats of apps that have been idle since their agents began. */
export const allIdle = (...apps: readonly App[]): Map<AppKey, Reading> =>
  new Map(apps.map(({ key }) => [key, aHeartbeat()]));

/** What came of apps, by the names of their spaces. */
export const outcomesOf = (judged: readonly { app: App; outcome: string }[]): Readonly<Record<string, string>> =>
  Object.fromEntries(judged.map(({ app, outcome }) => [app.owner.name, outcome]));

import { hash } from "node:crypto";
import type { AppKey } from "../domain/app.ts";
import type { Reading } from "../domain/heartbeat.ts";
import type { Incarnation } from "./incarnations.ts";

/** When sweeps saw an app that was not in service. */
export type Sighting = {
  /** When it was first seen so. A heartbeat that was received before is of a former incarnation. */
  readonly downAt: Date;
  /** When it was first seen in service after that. */
  readonly upAt?: Date | undefined;
};

/**
 * What sweeps have seen of the listed apps, by {@link sightingId}; nothing of those that were only ever seen in
 * service. An app that starts again within a day may keep its creation time, so only this shows how young it is.
 */
export type Sightings = ReadonlyMap<string, Sighting>;

/** Stands for an app's key where room is short: 48 bits of its hash, of which no two apps of an account are alike. */
export function sightingId(key: AppKey): string {
  return hash("sha256", key, "base64url").slice(0, 8);
}

export function sightingOf(sightings: Sightings, key: AppKey): Sighting | undefined {
  return sightings.get(sightingId(key));
}

/** A complete listing, the heartbeats that were read beside it, and when both began and ended. */
export type Look = {
  readonly incarnations: ReadonlyMap<AppKey, Incarnation>;
  readonly readings: ReadonlyMap<AppKey, Reading>;
  readonly beganAt: Date;
  readonly endedAt: Date;
};

/** The sightings after another look. */
export function seeListing(before: Sightings, { incarnations, readings, beganAt, endedAt }: Look): Sightings {
  const after = new Map<string, Sighting>();
  for (const [key, { isInService }] of incarnations) {
    const id = sightingId(key);
    const known = before.get(id);
    // What was heard since it was last seen down: it has been in service, or its first word came before it was.
    const isHeardSince = isHeard(readings.get(key), known?.downAt, beganAt);
    const sighting = isInService ? seenInService(known, endedAt) : seenDown(isHeardSince ? undefined : known, beganAt);
    if (sighting) after.set(id, sighting);
  }
  return after;
}

/** The sightings after these apps were stopped: the next listing may show them in service again. */
export function seeStopped(before: Sightings, stopped: readonly AppKey[], decidedAt: Date): Sightings {
  const after = new Map(before);
  for (const id of stopped.map(sightingId)) after.set(id, seenDown(after.get(id), decidedAt));
  return after;
}

/** Both together. Where they differ about an app, it counts as young as either says. */
export function mergeSightings(one: Sightings, other: Sightings): Sightings {
  const merged = new Map(one);
  for (const [id, sighting] of other) {
    const known = merged.get(id);
    if (known === undefined || isYounger(sighting, known)) merged.set(id, sighting);
  }
  return merged;
}

/** What an app's heartbeat says where it is not of a former incarnation. */
export function ofThisIncarnation(reading: Reading, sighting: Sighting | undefined): Reading {
  return isReceivedBefore(reading, sighting?.downAt) ? { kind: "none" } : reading;
}

/** Whether there is a heartbeat that was received before an instant. */
export function isReceivedBefore(reading: Reading | undefined, instant: Date | undefined): boolean {
  if (reading === undefined || reading.kind === "none" || instant === undefined) return false;
  return reading.receivedAt < instant;
}

function isHeard(reading: Reading | undefined, from: Date | undefined, to: Date): boolean {
  return isReceivedBefore(reading, to) && !isReceivedBefore(reading, from);
}

function seenDown(known: Sighting | undefined, at: Date): Sighting {
  if (known !== undefined && known.upAt === undefined) return known;
  return { downAt: at };
}

function seenInService(known: Sighting | undefined, at: Date): Sighting | undefined {
  if (known === undefined || known.upAt !== undefined) return known;
  return { ...known, upAt: at };
}

function isYounger(one: Sighting, other: Sighting): boolean {
  const age = ({ upAt }: Sighting) => upAt?.getTime() ?? Infinity;
  return age(one) > age(other) || (age(one) === age(other) && one.downAt > other.downAt);
}

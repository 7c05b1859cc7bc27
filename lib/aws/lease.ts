import { randomUUID } from "node:crypto";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { Lease } from "../domain/lease.ts";
import { secondsAfter, secondsBetween } from "../policy/time.ts";
import { createLeaseStore, type LeaseStore, type LeaseVersion } from "./lease-store.ts";

/** How far a taker's clock may be from Parameter Store's: a term counts as over only so long after its end. */
export const CLOCK_SLACK_SECONDS = 60;

/** A lease that is kept in one parameter. See docs/decisions/0010. */
export function createLease(client: SSMClient, name: string): Lease {
  return leaseOver(createLeaseStore(client, name), () => new Date(), randomUUID);
}

/** The lease over its stored versions; `newHolder` names each attempt to take it. */
export function leaseOver(store: LeaseStore, clock: () => Date, newHolder: () => string): Lease {
  return {
    async acquire(termSeconds) {
      const startedAt = clock();
      const holder = newHolder();
      const seen = await currentTerm(store, startedAt);
      if (seen && !isFree(seen, startedAt)) return { kind: "held", until: endOf(seen) };
      const written = await store.write({ holder, seconds: termSeconds }, seen === undefined);
      const winner = await winnerOf(store, { written, seen, startedAt });
      if (winner !== "this" && winner.holder !== holder) return { kind: "held", until: endOf(winner) };
      return {
        kind: "acquired",
        async release() {
          // After its term another may have it, whose term this would end.
          if (secondsBetween(startedAt, clock()) < termSeconds) await store.write({ holder, seconds: 0 }, false);
        },
      };
    },
  };
}

type Attempt = {
  readonly written: number | "exists";
  readonly seen: LeaseVersion | undefined;
  readonly startedAt: Date;
};

/**
 * Who was the first to write after the lease was last free. Parameter Store counts a parameter's versions up by one, so
 * whoever wrote the next version has it, and whoever wrote a later one has not. A write whose answer was lost and that
 * was sent again is found by its holder's name.
 */
async function winnerOf(store: LeaseStore, { written, seen, startedAt }: Attempt): Promise<LeaseVersion | "this"> {
  if (written === "exists") return (await store.newest()) ?? unknownTerm(1, startedAt);
  let winner: LeaseVersion | "this" = "this";
  for (let version = written - 1; version > (seen?.version ?? 0); version -= 1) {
    const other = (await store.at(version)) ?? unknownTerm(version, startedAt);
    if (await isRepeatedRelease(store, other)) continue;
    if (isFree(other, startedAt)) break;
    winner = other;
  }
  return winner;
}

/** The newest version that says who has the lease. */
async function currentTerm(store: LeaseStore, startedAt: Date): Promise<LeaseVersion | undefined> {
  let newest = await store.newest();
  while (newest && (await isRepeatedRelease(store, newest))) {
    newest = (await store.at(newest.version - 1)) ?? unknownTerm(newest.version - 1, startedAt);
  }
  return newest;
}

/** Whether this gives back what was given back before: sent twice, it may come when another already has the lease. */
async function isRepeatedRelease(store: LeaseStore, { holder, seconds, version }: LeaseVersion): Promise<boolean> {
  if (seconds > 0) return false;
  for (let earlier = version - 1; earlier > 0; earlier -= 1) {
    const before = await store.at(earlier);
    if (before === undefined) return true;
    if (before.holder === holder) return before.seconds === 0;
  }
  return false;
}

/** A version that cannot be read is somebody's. */
function unknownTerm(version: number, writtenAt: Date): LeaseVersion {
  return { holder: "", seconds: CLOCK_SLACK_SECONDS, version, writtenAt };
}

function isFree({ seconds, writtenAt }: LeaseVersion, now: Date): boolean {
  return seconds === 0 || secondsBetween(writtenAt, now) > seconds + CLOCK_SLACK_SECONDS;
}

function endOf({ seconds, writtenAt }: LeaseVersion): Date {
  return secondsAfter(writtenAt, seconds);
}

import type { VerdictRule } from "../facts.ts";
import { badHeartbeat } from "./bad-heartbeat.ts";
import { busy } from "./busy.ts";
import { connected } from "./connected.ts";
import { exempt } from "./exempt.ts";
import { idle } from "./idle.ts";
import { keptAlive } from "./kept-alive.ts";
import { maxAge } from "./max-age.ts";
import { noHeartbeat } from "./no-heartbeat.ts";
import { notCovered } from "./not-covered.ts";
import { notRunning } from "./not-running.ts";
import { recentlyActive } from "./recently-active.ts";
import { ruleUnknown } from "./rule-unknown.ts";
import { silent } from "./silent.ts";
import { staleHeartbeat } from "./stale-heartbeat.ts";
import { tagsUnknown } from "./tags-unknown.ts";
import { unknownActivity } from "./unknown-activity.ts";
import { warned } from "./warned.ts";
import { young } from "./young.ts";

/** The verdict table of the README, in its order: the first rule that applies gives the verdict. */
export const VERDICT_RULES: readonly VerdictRule[] = [
  notRunning,
  notCovered,
  ruleUnknown,
  exempt,
  tagsUnknown,
  keptAlive,
  young,
  maxAge,
  silent,
  noHeartbeat,
  staleHeartbeat,
  badHeartbeat,
  unknownActivity,
  busy,
  connected,
  recentlyActive,
  warned,
  idle,
];

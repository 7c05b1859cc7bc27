import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import { spread } from "./judge-story.ts";
import type { Size } from "./write-story.ts";

/** `APP_HOURS=1000000` plays a million, in about half an hour on two cores. */
const APP_HOURS = Number(process.env["APP_HOURS"] ?? 250_000);
const WORKERS = 2;
/** Every other story is of a small fleet that is swept each minute, and the others of a large one. */
const SIZES: readonly Size[] = [
  { apps: 400, days: 14, scheduleSeconds: 300, faulty: true },
  { apps: 60, days: 10, scheduleSeconds: 60, faulty: true },
];

const Told = v.object({
  complaint: v.optional(v.string()),
  appHours: v.number(),
  stops: v.number(),
  unheard: v.number(),
  delays: v.array(v.number()),
});
const Message = v.tuple([Told]);
type Told = v.InferOutput<typeof Told>;

test(`in ${APP_HOURS} hours, with faults, nobody at work is stopped, and every idle app is`, async (context) => {
  const told: Told[] = [];
  let seed = 1000;
  const hours = () => told.reduce((sum, { appHours }) => sum + appHours, 0);
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      const worker = new Worker(new URL("story-worker.ts", import.meta.url));
      while (hours() < APP_HOURS) {
        worker.postMessage({ seed, size: SIZES[seed++ % SIZES.length] });
        told.push(v.parse(Message, await once(worker, "message"))[0]);
      }
      await worker.terminate();
    }),
  );
  const sum = (of: (one: Told) => number) => told.reduce((total, one) => total + of(one), 0);
  const delays = spread(told.flatMap((one) => one.delays));
  context.diagnostic(
    `${Math.round(hours())} app-hours in ${told.length} stories: ${sum(({ stops }) => stops)} stops, ` +
      `${sum(({ unheard }) => unheard)} of apps whose agent could not be heard; from the timeout to the stop ` +
      `${delays.median.toFixed(0)} s (median), ${delays.p99.toFixed(0)} s (99 of 100), ` +
      `${delays.worst.toFixed(0)} s (worst)`,
  );
  assert.deepEqual(
    told.flatMap(({ complaint }) => complaint ?? []),
    [],
  );
});

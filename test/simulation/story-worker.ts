// A worker: plays the stories of the seeds that it is sent, one after the other.
import { parentPort } from "node:worker_threads";
import * as v from "valibot";
import { judgeStory } from "./judge-story.ts";

const Order = v.object({
  seed: v.number(),
  size: v.object({ apps: v.number(), days: v.number(), scheduleSeconds: v.number(), faulty: v.boolean() }),
});

parentPort?.on("message", (message: unknown) => {
  const { seed, size } = v.parse(Order, message);
  void judgeStory(seed, size, console.error).then(({ complaint, appHours, stops, unheard, delays }) => {
    parentPort?.postMessage({ complaint, appHours, stops, unheard, delays });
  });
});

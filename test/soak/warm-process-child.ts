// A warm process of the sweep's bundle. It goes by a fast clock, and tells its heap and its handles after each sweep.
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as v from "valibot";
import { lambdaContext, scheduledEvent } from "../demo/invocation.ts";
import { FastClock, goBy } from "./fast-clock.ts";

const [bundle, speedText] = process.argv.slice(2);
const speed = Number(speedText);
const clock = new FastClock(speed, 0);
setFlagsFromString("--expose-gc");
const collectGarbage = v.parse(v.function(), runInNewContext("gc"));
goBy(clock, speed);
const { handler } = v.parse(v.object({ handler: v.function() }), await import(String(bundle)));

process.on("message", (message) => {
  const { now } = v.parse(v.object({ now: v.number() }), message);
  clock.set(now);
  void sweep().then((swept) => process.send?.(swept));
});
process.send?.("loaded");

async function sweep() {
  let failure: string | undefined;
  try {
    await handler(scheduledEvent(new Date()), lambdaContext());
  } catch (error) {
    failure = String(error);
  }
  // Whatever is only on its way to its end ends now.
  await new Promise(setImmediate);
  collectGarbage();
  return { failure, heapMb: getHeapStatistics().used_heap_size / 1e6, handles: process.getActiveResourcesInfo() };
}

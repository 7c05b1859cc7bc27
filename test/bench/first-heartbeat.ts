import { setTimeout as sleep } from "node:timers/promises";
import { Account } from "../account/account.ts";
import { startStudio } from "../studio/index.ts";
import { median } from "./figures.ts";

const STARTS = 10;

/** From the instant at which an app is in service to its agent's first heartbeat: script, fetch, check and start, on real Jupyter. */
export async function measureFirstHeartbeat(): Promise<string[]> {
  await using studio = await startStudio({ instances: "jupyter" });
  const account = new Account(studio);
  const seconds: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const space = `start-${start}`;
    await account.createSpace(space);
    await account.startApp(space);
    const inService = performance.now();
    while ((await account.parameter(account.heartbeatName(space))) === undefined) await sleep(20);
    seconds.push((performance.now() - inService) / 1000);
    await account.deleteApp(space);
  }
  const [middle, worst] = [median(seconds), Math.max(...seconds)];
  return [
    `InService to first heartbeat: median ${middle.toFixed(1)} s, worst ${worst.toFixed(1)} s of ${STARTS} starts, one after the other`,
  ];
}

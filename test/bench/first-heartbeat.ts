import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { Account } from "../account/account.ts";
import { startStudio } from "../studio/index.ts";
import { median } from "./figures.ts";

const STARTS = 10;
const Heartbeat = v.pipe(v.string(), v.parseJson(), v.object({ idle: v.object({ kernels: v.nullable(v.number()) }) }));

/**
 * How soon an app is heard, on real Jupyter: from its CreateApp to its agent's first heartbeat (script, fetch, check,
 * start), and from its being in service to the first heartbeat that tells of its kernels.
 */
export async function measureFirstHeartbeat(): Promise<string[]> {
  await using studio = await startStudio({ instances: "jupyter" });
  const account = new Account(studio);
  const first: number[] = [];
  const telling: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const space = `start-${start}`;
    await account.createSpace(space);
    const created = performance.now();
    const heard = untilHeard(account, space, () => true).then((at) => first.push((at - created) / 1000));
    await account.startApp(space);
    const inService = performance.now();
    await heard;
    const tells = (text: string): boolean => v.parse(Heartbeat, text).idle.kernels !== null;
    telling.push(((await untilHeard(account, space, tells)) - inService) / 1000);
    await account.deleteApp(space);
  }
  return [
    `${figures("CreateApp to first heartbeat", first)}; ` +
      `${figures("InService to the first that tells of kernels", telling)} (${STARTS} starts, one after the other)`,
  ];
}

async function untilHeard(account: Account, space: string, says: (text: string) => boolean): Promise<number> {
  for (;;) {
    const text = await account.parameter(account.heartbeatName(space));
    if (text !== undefined && says(text)) return performance.now();
    await sleep(20);
  }
}

function figures(what: string, seconds: readonly number[]): string {
  return `${what}: median ${median(seconds).toFixed(1)} s, worst ${Math.max(...seconds).toFixed(1)} s`;
}

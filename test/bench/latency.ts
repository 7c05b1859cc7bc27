import { setTimeout as sleep } from "node:timers/promises";
import { untilHeartbeat } from "../account/heartbeat.ts";
import { openApp, setStage } from "../end-to-end/stage.ts";
import { median } from "./figures.ts";

const TIMEOUT_SECONDS = 12;
const SWEEP_EVERY_SECONDS = 5;
const APPS = 6;

/**
 * From the instant at which an app has been idle for its timeout to the DeleteApp call that reaches the endpoint, on
 * real Jupyter.
 */
export async function measureLatency(): Promise<string[]> {
  await using stage = await setStage({ instances: "jupyter" });
  const { account, studio, sweep } = stage;
  await account.putPolicy({
    version: 1,
    mode: "live",
    agent: { sampleSeconds: 1 },
    defaults: { idleTimeInSeconds: TIMEOUT_SECONDS },
  });
  await sweep();

  const thresholds = new Map<string, number>();
  for (let i = 0; i < APPS; i++) {
    const space = `bench-${i}`;
    const notebook = await (await openApp(stage, space)).openNotebook("a.ipynb");
    // One app after the other, so that their thresholds fall anywhere between two sweeps.
    await sleep(700);
    await notebook.run("1 + 1");
    thresholds.set(space, Date.now() + TIMEOUT_SECONDS * 1000);
    await untilHeartbeat(account, space, ({ idle }) => (idle["kernels"] ?? 99) < 3);
  }
  const deletions = () => studio.calls.filter(({ operation }) => operation === "DeleteApp");
  while (deletions().length < APPS) {
    const next = sleep(SWEEP_EVERY_SECONDS * 1000);
    await sweep();
    await next;
  }
  const delays = deletions().map(({ input, at }) => (at - (thresholds.get(String(input["SpaceName"])) ?? NaN)) / 1000);
  const [middle, worst] = [median(delays), Math.max(...delays)].map((delay) => delay.toFixed(1));
  return [
    `threshold to DeleteApp: median ${middle} s, worst ${worst} s of ${APPS} apps; ` +
      `a sweep every ${SWEEP_EVERY_SECONDS} s, a sample every 1 s`,
  ];
}

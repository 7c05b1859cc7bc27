import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { invoke, type AttachReport } from "../../../lib/attach/invoke.ts";
import { configName } from "../../../lib/attach/lifecycle-config-name.ts";
import { createLease } from "../../../lib/aws/lease.ts";
import { AGENT } from "./agents.ts";
import { request } from "./cloudformation-answers.ts";
import { AttachStage, silent } from "./stage.ts";

const LAB = configName("studio-reaper-dev", "JupyterLab", AGENT.script);
const LEASE = "/studio-reaper/attachments/lease";
const NO_CHANGE: AttachReport = { changed: [], leftAlone: [], failures: [] };

describe("one run at a time", () => {
  let stage: AttachStage;
  let answers: string[];
  beforeEach(async () => {
    stage = await AttachStage.set({ now: Date.now });
    answers = [];
  });
  afterEach(() => stage.studio.close());

  const lease = () => createLease(stage.ssm, LEASE);
  /** One invocation; `look` is called before each further look at something that takes time. */
  const run = (event: unknown, look: () => Promise<boolean> = () => Promise.resolve(false)) =>
    invoke(event, {
      config: () => stage.config(),
      ports: (config) => {
        const { time, ...ports } = stage.ports(config);
        return { ...ports, time: { ...time, waitToLookAgain: look } };
      },
      log: silent,
      remainingMs: () => 300_000,
      logStream: "local",
      answer: (_, body) => {
        answers.push(body);
        return Promise.resolve();
      },
    });
  const remove = (look?: () => Promise<boolean>) =>
    run(request("Delete", "http://answers.invalid", { PhysicalResourceId: "studio-attachment" }), look);

  it("on schedule changes nothing while another run is at work", async () => {
    await lease().acquire(300);
    assert.deepEqual(await run({}), NO_CHANGE);
    assert.equal(await stage.builtIn(), undefined);
  });

  it("on schedule takes over from a run that died, once its time is over", async () => {
    const value = JSON.stringify({ holder: "died", seconds: 300 });
    stage.studio.seed.parameters([{ name: LEASE, value, modifiedAt: Date.now() - 3_600_000 }]);
    await run({});
    assert.equal(await stage.builtIn(), LAB);
  });

  it("gives the account to the next run at its end, also after a failure", async () => {
    await run({});
    stage.studio.faults.add({ operation: "ListDomains", times: 1, error: { code: "AccessDeniedException" } });
    await assert.rejects(run({}));
    assert.equal((await lease().acquire(300)).kind, "acquired");
  });

  it("at remove waits until a run that could still attach has ended, and leaves no lease behind", async () => {
    await run({});
    const held = await lease().acquire(300);
    assert.ok(held.kind === "acquired");
    let looks = 0;
    await remove(async () => {
      looks += 1;
      assert.equal(await stage.builtIn(), LAB, "nothing is undone while the other run is at work");
      await held.release();
      return true;
    });
    assert.equal(looks, 1);
    assert.match(answers.join(), /"Status":"SUCCESS"/);
    assert.deepEqual([await stage.builtIn(), await stage.parameters()], [undefined, ["policy"]]);
  });

  it("at remove fails, saying until when another run is at work, where that does not end in time", async () => {
    await lease().acquire(300);
    await remove();
    assert.match(answers.join(), /"Status":"FAILED".*another run of this function is still at work, until \d{4}-/);
  });
});

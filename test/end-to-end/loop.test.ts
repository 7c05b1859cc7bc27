import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseHeartbeat, untilHeartbeat } from "../account/heartbeat.ts";
import { openApp, Schedule, setStage, type Stage } from "./stage.ts";

const TIMEOUT = 20;
const SWEEP_EVERY_MS = 1500;
/** What a full machine may take longer; who is right does not wait for it. */
const SOON = 120;

/**
 * Real Jupyter servers, the agent that on-start.sh leaves in them, and the handler on a schedule, all over HTTP: what
 * is about the loop itself, and not about what goes on in an app, which the gauntlet plays. The apps live side by side,
 * as in an account.
 */
describe("with the reaper deployed", { concurrency: 8 }, () => {
  let stage: Stage;
  let schedule: Schedule;

  before(async () => {
    stage = await setStage({ instances: "jupyter" });
    await stage.account.putPolicy({
      version: 1,
      mode: "live",
      agent: { sampleSeconds: 1 },
      defaults: { idleTimeInSeconds: TIMEOUT },
      rules: [
        { match: { space: "open-*" }, set: { ignoreConnections: false } },
        { match: { space: "no-terminals-*" }, set: { skipTerminals: true } },
      ],
    });
    await stage.sweep();
    schedule = new Schedule(stage, SWEEP_EVERY_MS);
  });
  after(async () => {
    await schedule.end();
    await stage.studio.close();
  });

  /** Holds that the app is stopped for idleness, and no earlier than its timeout after an instant. */
  async function stopped(space: string, since: number, within = TIMEOUT + SOON): Promise<void> {
    const { at, reason } = await schedule.until(space, ({ outcome }) => outcome === "stopped", within, since);
    assert.equal(reason, "idle");
    assert.ok(at - since >= TIMEOUT * 1000, `stopped after ${(at - since) / 1000} s, which is early`);
    assert.ok(["Deleting", "Deleted"].includes((await stage.account.describeApp(space)).Status ?? ""));
  }
  /** Holds that the app stays, each sweep giving this reason. */
  async function staysFor(space: string, milliseconds: number, reason: string): Promise<void> {
    const since = Date.now();
    await sleep(milliseconds);
    assert.equal((await stage.account.describeApp(space)).Status, "InService");
    const said = schedule.of(space, since + 2 * SWEEP_EVERY_MS).map((line) => line.reason);
    assert.deepEqual(new Set(said), new Set([reason]));
  }

  it("an app whose agent is gone for good is kept, and said to be silent", async () => {
    await openApp(stage, "agent-gone");
    await killIn("agent-gone", /^sh -c|agent-\w+\.zip$/);
    await schedule.until("agent-gone", ({ reason }) => reason === "stale-heartbeat", 60 + SOON);
    await staysFor("agent-gone", TIMEOUT * 1000, "stale-heartbeat");
  });

  it("a notebook that somebody has open is kept where connections count, and stopped after they left", async () => {
    const user = await openApp(stage, "open-notebook");
    const notebook = await user.openNotebook("a.ipynb");
    await notebook.run("1 + 1");
    await schedule.until("open-notebook", ({ reason }) => reason === "connected", SOON);
    await staysFor("open-notebook", 2 * TIMEOUT * 1000, "connected");
    notebook.close();
    // A tab that is closed is no news: the next word says so, within a cadence and a tenth.
    await schedule.until("open-notebook", ({ outcome }) => outcome === "stopped", 33 + SOON);
  });

  it("a terminal does not keep an app where the policy skips terminals", async () => {
    const user = await openApp(stage, "no-terminals-here");
    const terminal = await user.openTerminal();
    for (let i = 0; i < TIMEOUT; i++) {
      terminal.type("ls\r");
      await sleep(1000);
    }
    await schedule.until("no-terminals-here", ({ outcome }) => outcome === "stopped", SOON);
  });

  it("a user who comes back between the decision and the stop is kept", async () => {
    const user = await openApp(stage, "returner");
    const notebook = await user.openNotebook("a.ipynb");
    await notebook.run("1 + 1");
    const { account, studio } = stage;
    const undo = studio.faults.before("DescribeApp", async (input) => {
      if (input["SpaceName"] !== "returner" || schedule.of("returner").some(({ outcome }) => outcome === "changed"))
        return;
      undo();
      await notebook.run("2 + 2");
      await untilHeartbeat(account, "returner", ({ idle }) => (idle["kernels"] ?? 99) < TIMEOUT);
    });
    const line = await schedule.until("returner", ({ outcome }) => outcome !== "kept", TIMEOUT + SOON);
    assert.deepEqual([line.outcome, line.verdict], ["changed", "keep"], line.detail);
    await stopped("returner", line.at - 2000);
  });

  it("an agent that is killed is started again, remembers, and the app is stopped in time", async () => {
    const since = Date.now();
    await openApp(stage, "agent-restarted");
    await killIn("agent-restarted", /^(?!sh ).*agent-\w+\.zip$/);
    await stopped("agent-restarted", since, TIMEOUT + SOON);
    // The parameter goes with the app.
    const name = stage.account.heartbeatName("agent-restarted");
    const written = stage.studio.calls.filter(
      ({ operation, input }) => operation === "PutParameter" && input["Name"] === name,
    );
    const { up } = parseHeartbeat(String(written.at(-1)?.input["Value"]));
    assert.ok(up >= TIMEOUT, `it speaks of ${up} s, as if it had just begun`);
  });

  it("an app that is started again under its name is judged anew", async () => {
    await openApp(stage, "phoenix");
    await schedule.until("phoenix", ({ outcome }) => outcome === "stopped", TIMEOUT + SOON);
    while ((await stage.account.describeApp("phoenix")).Status !== "Deleted") await sleep(100);
    const since = Date.now();
    await stage.account.startApp("phoenix");
    await stopped("phoenix", since);
  });

  it("an agent that is throttled says its word as soon as it can", async () => {
    const since = Date.now();
    await openApp(stage, "throttled");
    const undo = stage.studio.faults.add({
      operation: "PutParameter",
      when: ({ Name }) => Name === stage.account.heartbeatName("throttled"),
      error: { code: "ThrottlingException", message: "Rate exceeded", status: 400 },
    });
    await sleep(TIMEOUT * 1000);
    undo();
    await stopped("throttled", since, 2 * TIMEOUT + SOON);
  });

  async function killIn(space: string, command: RegExp): Promise<void> {
    const processes = (await stage.studio.app(space)?.processes()) ?? [];
    const victims = processes.filter((one) => command.test(one.command));
    assert.notEqual(
      victims.length,
      0,
      `nothing like ${String(command)} among ${processes.map((one) => one.command).join("; ")}`,
    );
    for (const { pid } of victims) process.kill(pid, "SIGKILL");
  }
});

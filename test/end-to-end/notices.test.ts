import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import * as v from "valibot";
import { heartbeatText } from "../account/heartbeat.ts";
import { setStage, type Stage } from "./stage.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const Told = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ id: v.string(), kind: v.string(), why: v.string(), writtenAt: v.number(), stopAt: v.number() }),
);

/** What the exported handler tells the users of apps, over the wire. */
describe("notices over the wire", () => {
  let stage: Stage;
  before(async () => {
    stage = await setStage({ instances: "none" });
    await stage.account.putPolicy({ version: 1, mode: "live", defaults: { warnBefore: 600 } });
  });
  afterEach(() => {
    stage.studio.faults.clear();
  });
  after(() => stage.studio.close());

  const put = (name: string, value: string, minutesAgo = 0) => {
    stage.studio.seed.parameters([{ name, value, modifiedAt: Date.now() - minutesAgo * MINUTE_MS }]);
  };
  const say = (space: string, idleSeconds: number, more: object = {}) => {
    put(stage.account.heartbeatName(space), heartbeatText(idleSeconds, more));
  };
  const app = (space: string, idleSeconds: number, more: object = {}) => {
    stage.studio.seed.apps([{ spaceName: space, createdAt: Date.now() - 24 * HOUR_MS }]);
    say(space, idleSeconds, more);
  };
  const told = async (space: string) => {
    const text = await stage.account.parameter(stage.account.noticeName(space));
    return text === undefined ? undefined : v.parse(Told, text);
  };
  const sweep = async (space: string) => {
    const { verdicts } = await stage.sweep();
    const line = verdicts.find(({ app: key }) => key === stage.account.appKey(space));
    return `${line?.reason ?? "unseen"} ${line?.outcome ?? ""}`.trim();
  };
  const isInService = async (space: string) => (await stage.account.describeApp(space)).Status === "InService";
  const writes = (space: string) =>
    stage.studio.calls.filter(
      ({ operation, input }) => operation === "PutParameter" && input["Name"] === stage.account.noticeName(space),
    );

  it("warns a user once, stops the app once that was read for long enough, and leaves word of it", async () => {
    app("idler", 3100);
    assert.equal(await sweep("idler"), "warned kept");
    assert.equal(await sweep("idler"), "warned kept");
    assert.deepEqual(
      writes("idler").map(({ input }) => [input["Tier"], input["Type"]]),
      [["Standard", "String"]],
    );
    const warning = await told("idler");
    assert.ok(warning);
    assert.deepEqual(
      [warning.kind, warning.why, warning.stopAt - warning.writtenAt],
      ["warned", "idle for 51 min 40 s", 600],
    );
    // Eleven minutes later:
    put(
      stage.account.noticeName("idler"),
      (await stage.account.parameter(stage.account.noticeName("idler"))) ?? "",
      11,
    );
    say("idler", 3800, { notice: { id: warning.id, for: 590 } });
    assert.equal(await sweep("idler"), "warned kept");
    say("idler", 3810, { notice: { id: warning.id, for: 601 } });
    assert.equal(await sweep("idler"), "idle stopped");
    assert.equal(await isInService("idler"), false);
    assert.partialDeepStrictEqual(await told("idler"), { kind: "stopped", why: "idle for 1 h 3 min" });
    await sweep("idler");
    assert.equal(writes("idler").length, 2);
  });

  it("takes a warning back from a user who is at work again", async () => {
    app("returner", 3100);
    await sweep("returner");
    say("returner", 5);
    assert.equal(await sweep("returner"), "recently-active kept");
    assert.equal(await told("returner"), undefined);
  });

  it("takes word of a stop back once the next start has shown it", async () => {
    const stopped = { v: 1, id: "81bc02", kind: "stopped", why: "idle", writtenAt: 1, stopAt: 1 };
    put(stage.account.noticeName("again"), JSON.stringify(stopped), 30);
    app("again", 5);
    await sweep("again");
    assert.equal((await told("again"))?.kind, "stopped");
    say("again", 5, { notice: { id: "81bc02", for: 1 } });
    await sweep("again");
    assert.equal(await told("again"), undefined);
  });

  it("tells in the next sweep whom it could not tell that their app was stopped", async () => {
    const warned = { v: 1, id: "one", kind: "warned", why: "idle", writtenAt: 1, stopAt: 1 };
    put(stage.account.noticeName("untold"), JSON.stringify(warned), 30);
    app("untold", 4000);
    stage.studio.faults.add({
      operation: "PutParameter",
      when: ({ Name }) => Name === stage.account.noticeName("untold"),
      error: { code: "AccessDeniedException", status: 400 },
    });
    const { failed } = await stage.sweep();
    assert.deepEqual([failed, await isInService("untold"), (await told("untold"))?.kind], [true, false, "warned"]);
    stage.studio.faults.clear();
    assert.equal((await stage.sweep()).failed, false);
    assert.equal((await told("untold"))?.kind, "stopped");
  });

  it("stops nothing, and fails, where not every notice can be read", async () => {
    app("unread", 9000);
    stage.studio.faults.add({
      operation: "GetParametersByPath",
      when: ({ Path }) => Path === "/studio-reaper/notices/",
      error: { code: "AccessDeniedException", status: 400 },
    });
    await assert.rejects(stage.sweep(), { name: "AccessDeniedException" });
    assert.equal(await isInService("unread"), true);
  });

  it("is neither broken nor made to stop anything by notices that are forged, huge or garbage", async () => {
    const forged = { v: 1, id: "forged", kind: "warned", why: "<b>\u001b[31m", writtenAt: 1, stopAt: 1 };
    const values = [
      "💥{",
      "x".repeat(4096),
      JSON.stringify({ ...forged, why: "x".repeat(4000) }),
      JSON.stringify({ ...forged, writtenAt: 4e9, stopAt: 4e9 }),
      JSON.stringify({ ...forged, kind: "stopped" }),
      JSON.stringify({ ...forged, __proto__: null, id: ["forged"] }),
      "[".repeat(4000),
    ];
    values.forEach((value, i) => {
      app(`hostile-${i}`, 9000, { notice: { id: "forged", for: 8000 } });
      put(stage.account.noticeName(`hostile-${i}`), value);
    });
    put("/studio-reaper/notices/no-app/at/all", JSON.stringify(forged));
    const { failed } = await stage.sweep();
    assert.equal(failed, false);
    for (const i of values.keys()) assert.equal(await isInService(`hostile-${i}`), true, values[i]?.slice(0, 80));
    assert.notEqual(await stage.account.parameter("/studio-reaper/notices/no-app/at/all"), undefined);
  });

  it("tells nobody anything in a dry run, and shows what it would do", async () => {
    await stage.account.putPolicy({ version: 1, mode: "dry-run", defaults: { warnBefore: 600 } });
    app("dry", 4000);
    const before = stage.studio.calls.length;
    assert.equal(await sweep("dry"), "idle would-stop");
    const touched = stage.studio.calls
      .slice(before)
      .filter(({ operation, input }) => /^(Put|Delete)/.test(operation) && JSON.stringify(input).includes("/notices/"));
    assert.deepEqual(touched, []);
  });

  it("tells the agents when warnings are due and apps stopped, which is never in a dry run", async () => {
    const instructed = async (mode: string): Promise<unknown> => {
      await stage.account.putPolicy({ version: 1, mode, defaults: { warnBefore: 600 } });
      await stage.sweep();
      return JSON.parse((await stage.account.parameter("/studio-reaper/instructions")) ?? "");
    };
    assert.partialDeepStrictEqual(await instructed("dry-run"), { idleTimes: [315_360_000] });
    const instructions = await instructed("live");
    assert.partialDeepStrictEqual(instructions, { idleTimes: [3600] });
    assert.partialDeepStrictEqual(instructions, { timeouts: [3000, 3600], warnBefore: 600 });
  });
});

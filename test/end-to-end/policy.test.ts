import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { AddTagsCommand, DeleteTagsCommand } from "@aws-sdk/client-sagemaker";
import { heartbeatText } from "../account/heartbeat.ts";
import { setStage, type Stage } from "./stage.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The policy's parameter, as the exported handler reads it over the wire at each sweep. */
describe("a policy that changes while apps run", () => {
  let stage: Stage;
  before(async () => {
    stage = await setStage({ instances: "none" });
  });
  after(() => stage.studio.close());

  /** An app that has been idle for 4000 s, in a space of its own. */
  const idle = async (space: string) => {
    await stage.account.createSpace(space);
    stage.studio.seed.apps([{ spaceName: space, createdAt: Date.now() - DAY_MS }]);
    stage.studio.seed.parameters([{ name: stage.account.heartbeatName(space), value: heartbeatText(4000) }]);
  };
  /** What the sweep says that follows a change of the policy. */
  const sweepBy = async (space: string, policy: Readonly<Record<string, unknown>>) => {
    await stage.account.putPolicy({ version: 1, mode: "live", ...policy });
    const { verdicts } = await stage.sweep();
    const line = verdicts.find(({ app }) => app === stage.account.appKey(space));
    return `${line?.reason ?? "unseen"} ${line?.outcome ?? ""}`.trim();
  };
  const rule = (match: object, set: object, more: object = {}) => ({ rules: [{ match, set, ...more }] });
  /** Hours in UTC that begin and end so many hours from now, on each day. */
  const hours = (from: number, to: number) => {
    const at = (inHours: number) => new Date(Date.now() + inHours * HOUR_MS).toISOString().slice(11, 16);
    const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    return { timeZone: "UTC", days, from: at(from), to: at(to), idleTimeInSeconds: "never" };
  };

  it("goes by its timeouts, also by those that are never over", async () => {
    await idle("timeout");
    assert.equal(await sweepBy("timeout", { defaults: { idleTimeInSeconds: "never" } }), "recently-active kept");
    assert.equal(await sweepBy("timeout", { defaults: { idleTimeInSeconds: "2h" } }), "recently-active kept");
    assert.equal(await sweepBy("timeout", { defaults: { idleTimeInSeconds: "1h" } }), "idle stopped");
  });

  it("goes by its working hours", async () => {
    await idle("hours");
    assert.equal(await sweepBy("hours", { defaults: { hours: hours(3, 9) } }), "recently-active kept");
    assert.equal(await sweepBy("hours", { defaults: { hours: hours(-3, 3) } }), "idle stopped");
  });

  it("goes by the mode of a rule, whichever the account's is", async () => {
    await idle("mode");
    const match = { space: "mode" };
    assert.equal(await sweepBy("mode", rule(match, { mode: "dry-run" })), "idle would-stop");
    assert.equal(
      await sweepBy("mode", { mode: "dry-run", ...rule({ space: "other" }, { mode: "live" }) }),
      "idle would-stop",
    );
    assert.equal(await sweepBy("mode", { mode: "dry-run", ...rule(match, { mode: "live" }) }), "idle stopped");
  });

  it("goes by a domain's name or id, and by the end of a rule", async () => {
    await idle("domain");
    const exempt = (domain: string, until: number) =>
      sweepBy("domain", rule({ domain }, { exempt: true }, { until: new Date(Date.now() + until).toISOString() }));
    assert.equal(await exempt("studio", DAY_MS), "exempt kept");
    assert.equal(await exempt(stage.account.domainId, DAY_MS), "exempt kept");
    assert.equal(await exempt("studio", -DAY_MS), "idle stopped");
  });

  it("goes by tags that its rules name, as they are at each sweep", async () => {
    await idle("tagged");
    const { domainId } = stage.account;
    const ResourceArn = `arn:aws:sagemaker:${stage.studio.region}:123456789012:space/${domainId}/tagged`;
    const policy = rule({ tag: { team: ["ml", "data-*"] } }, { idleTimeInSeconds: "never" });
    await stage.account.sageMaker.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: "team", Value: "data-eng" }] }));
    assert.equal(await sweepBy("tagged", policy), "recently-active kept");
    stage.studio.faults.add({ operation: "GetResources", error: { code: "AccessDeniedException", status: 400 } });
    assert.equal(await sweepBy("tagged", policy), "rule-unknown kept");
    stage.studio.faults.clear();
    await stage.account.sageMaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ["team"] }));
    assert.equal(await sweepBy("tagged", policy), "idle stopped");
  });

  it("warns by a rule as soon as it says so, and of nothing in its dry run", async () => {
    await idle("warned");
    const told = async () => (await stage.account.parameter(stage.account.noticeName("warned"))) !== undefined;
    assert.equal(
      await sweepBy("warned", rule({ space: "warned" }, { warnBefore: "10m", mode: "dry-run" })),
      "idle would-stop",
    );
    assert.equal(await told(), false);
    assert.equal(await sweepBy("warned", rule({ space: "warned" }, { warnBefore: "10m" })), "warned kept");
    assert.equal(await told(), true);
  });

  it("stops nothing where it has a mistake, and goes on once that is mended", async () => {
    await idle("mended");
    await assert.rejects(sweepBy("mended", { defaults: { hours: { timeZone: "Mars" } } }), /defaults\.hours\.timeZone/);
    assert.equal(await sweepBy("mended", {}), "idle stopped");
  });
});

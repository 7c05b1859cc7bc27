import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { AddTagsCommand, DeleteTagsCommand } from "@aws-sdk/client-sagemaker";
import { heartbeatText } from "../account/heartbeat.ts";
import { setStage, type Stage } from "./stage.ts";

const DAY_MS = 86_400_000;

/** Tags on Studio's resources, as the exported handler reads them over the wire. */
describe("tags over the wire", () => {
  let stage: Stage;
  before(async () => {
    stage = await setStage({ instances: "none" });
    await stage.account.putPolicy({ version: 1, mode: "live" });
  });
  afterEach(() => {
    stage.studio.faults.clear();
  });
  after(() => stage.studio.close());

  const arn = (resource: string) => `arn:aws:sagemaker:${stage.studio.region}:123456789012:${resource}`;
  const tag = (resource: string, key: string, value: string) =>
    stage.account.sageMaker.send(
      new AddTagsCommand({ ResourceArn: arn(resource), Tags: [{ Key: `studio-reaper:${key}`, Value: value }] }),
    );
  const untag = (resource: string, ...keys: readonly string[]) =>
    stage.account.sageMaker.send(
      new DeleteTagsCommand({ ResourceArn: arn(resource), TagKeys: keys.map((key) => `studio-reaper:${key}`) }),
    );
  /** An app that is idle for longer than its timeout, in a space of its own. */
  const idle = async (space: string) => {
    await stage.account.createSpace(space);
    stage.studio.seed.apps([{ spaceName: space, createdAt: Date.now() - DAY_MS }]);
    stage.studio.seed.parameters([{ name: stage.account.heartbeatName(space), value: heartbeatText(4000) }]);
  };
  const sweep = async (space: string) => {
    const { verdicts } = await stage.sweep();
    const line = verdicts.find(({ app: key }) => key === stage.account.appKey(space));
    return `${line?.reason ?? "unseen"} ${line?.outcome ?? ""}`.trim();
  };

  it("exempt a space's app, and no longer from the sweep on that follows their removal", async () => {
    const { domainId } = stage.account;
    await idle("tagged");
    await tag(`space/${domainId}/tagged`, "exempt", "true");
    assert.equal(await sweep("tagged"), "exempt kept");
    await untag(`space/${domainId}/tagged`, "exempt");
    assert.equal(await sweep("tagged"), "idle stopped");
  });

  it("exempt all apps of a user profile or a domain, but for those that a nearer tag says not to", async () => {
    const { domainId } = stage.account;
    for (const [space, resource] of [
      ["in-domain", `domain/${domainId}`],
      ["of-user", `user-profile/${domainId}/${stage.studio.userProfileName}`],
    ] as const) {
      await idle(space);
      await tag(resource, "exempt", "yes");
      assert.equal(await sweep(space), "exempt kept", resource);
      await tag(`space/${domainId}/${space}`, "exempt", "no");
      assert.equal(await sweep(space), "idle stopped", resource);
      await untag(resource, "exempt");
    }
  });

  it("are found on a later page", async () => {
    const { domainId } = stage.account;
    const spaces = Array.from({ length: 120 }, (_, i) => `page-${String(i).padStart(3, "0")}`);
    for (const space of spaces) {
      await stage.account.createSpace(space);
      await tag(`space/${domainId}/${space}`, "keep-until", "2000-01-01");
    }
    await idle("zz-last");
    await tag(`space/${domainId}/zz-last`, "keep-until", new Date(Date.now() + DAY_MS).toISOString());
    assert.equal(await sweep("zz-last"), "kept-alive kept");
    await tag(`space/${domainId}/zz-last`, "keep-until", "2000-01-01");
    assert.equal(await sweep("zz-last"), "idle stopped");
  });

  it("keep every app, and fail the invocation, where they cannot be read", async () => {
    await idle("unread");
    stage.studio.faults.add({ operation: "GetResources", error: { code: "AccessDeniedException", status: 400 } });
    const { verdicts, failed, summary } = await stage.sweep();
    const line = verdicts.find(({ app }) => app === stage.account.appKey("unread"));
    assert.deepEqual([line?.reason, failed], ["tags-unknown", true]);
    assert.ok("failures" in summary);
    assert.match(summary.failures.join(), /^reading tags: AccessDenied/);
    stage.studio.faults.clear();
    assert.equal(await sweep("unread"), "idle stopped");
  });
});

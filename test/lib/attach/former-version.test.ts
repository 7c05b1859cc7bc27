import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { UpdateDomainCommand } from "@aws-sdk/client-sagemaker";
import { readHeartbeat } from "../../../lib/domain/heartbeat.ts";
import { AGENT } from "./agents.ts";
import { AttachStage, POLICY_ARN } from "./stage.ts";

/** A script that had the agent packed in itself: it names no hash, and needs no pieces. */
const SCRIPT =
  "#!/bin/bash\n# Studio Reaper: leaves an agent in this app\nagent='\n!\"#$%&()*+,-./0123456789'\nexit 0\n";
const LAB = "studio-reaper-dev-jupyterlab-5a0f3c9d1e7b";
const EDITOR = "studio-reaper-dev-codeeditor-5a0f3c9d1e7b";
const arn = (name: string) => `arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/${name}`;

const HEARTBEAT =
  '{"v":1,"agent":"0.1.0","up":5400,"sampleEvery":60,"renewIn":2280,' +
  '"idle":{"kernels":0,"terminals":1260,"cpu":30,"files":4000},' +
  '"busy":{"kernels":{"what":"train.ipynb (python3)","for":812}},"connections":2}';

/** What version 0.1.0, whose lifecycle scripts had the agent in themselves, leaves in an account at its deploy. */
describe("a deploy over version 0.1.0", () => {
  let stage: AttachStage;
  let before: unknown;
  let deleteApp: () => Promise<void>;

  beforeEach(async () => {
    stage = await AttachStage.set();
    before = await stage.domain();
    const DomainId = stage.studio.domainId;
    await stage.createConfig(LAB, SCRIPT);
    await stage.createConfig(EDITOR, SCRIPT, "CodeEditor");
    const JupyterLabAppSettings = { BuiltInLifecycleConfigArn: arn(LAB) };
    await stage.sageMaker.send(
      new UpdateDomainCommand({
        DomainId,
        DefaultUserSettings: {
          JupyterLabAppSettings,
          CodeEditorAppSettings: { BuiltInLifecycleConfigArn: arn(EDITOR) },
        },
        DefaultSpaceSettings: { JupyterLabAppSettings },
      }),
    );
    stage.roles.attached.add("StudioExecution");
    const setting = (group: string, section: string, name: string) =>
      `"${group}.${section}.BuiltInLifecycleConfigArn":{"before":null,"ours":"${arn(name)}","settled":true}`;
    const settings = [
      setting("DefaultUserSettings", "JupyterLabAppSettings", LAB),
      setting("DefaultUserSettings", "CodeEditorAppSettings", EDITOR),
      setting("DefaultSpaceSettings", "JupyterLabAppSettings", LAB),
    ];
    stage.studio.seed.parameters([
      { name: `/studio-reaper/attachments/${DomainId}`, value: `{"v":1,"settings":{${settings.join(",")}}}` },
      {
        name: "/studio-reaper/attachments/roles/StudioExecution",
        value: `{"v":1,"name":"StudioExecution","policyArn":"${POLICY_ARN}"}`,
      },
      { name: "/studio-reaper/instructions", value: '{"v":1,"sampleSeconds":60,"cadenceSeconds":1800}' },
      { name: `/studio-reaper/heartbeats/${DomainId}/space/old/JupyterLab/default`, value: HEARTBEAT },
    ]);
    deleteApp = await stage.startApp("JupyterLab");
  });
  afterEach(() => stage.studio.close());

  it("attaches the new script, and leaves what a running app of that version needs", async () => {
    const journal = await stage.reconcile();
    assert.deepEqual(journal.failures, []);
    assert.deepEqual(
      journal.skipped.map(({ on, reason }) => [on, reason]),
      [[LAB, "in-use"]],
    );
    assert.notEqual(await stage.builtIn(), LAB);
    assert.equal((await stage.configs()).length, 3);
    assert.deepEqual(await stage.parameters(), [
      `agent/${AGENT.id}/00`,
      `attachments/${stage.studio.domainId}`,
      "attachments/roles/StudioExecution",
      `heartbeats/${stage.studio.domainId}/space/old/JupyterLab/default`,
      "instructions",
      "policy",
    ]);
  });

  it("goes on reading the heartbeats of that version", () => {
    assert.equal(readHeartbeat(HEARTBEAT, new Date()).kind, "heartbeat");
  });

  it("deletes that version's configuration after its last app, and at remove restores what was before it", async () => {
    await stage.reconcile();
    await deleteApp();
    assert.deepEqual((await stage.reconcile()).failures, []);
    assert.equal((await stage.configs()).length, 2);
    assert.deepEqual((await stage.remove()).failures, []);
    assert.deepEqual(await stage.domain(), before);
    assert.deepEqual(
      [await stage.configs(), await stage.parameters(), [...stage.roles.attached]],
      [[], ["policy"], []],
    );
  });
});

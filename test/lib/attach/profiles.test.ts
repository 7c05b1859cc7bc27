import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DeleteUserProfileCommand, UpdateUserProfileCommand } from "@aws-sdk/client-sagemaker";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { configName } from "../../../lib/attach/lifecycle-config-name.ts";
import { formatRecord } from "../../../lib/attach/record.ts";
import { AGENT, agentOf } from "./agents.ts";
import { assertNoFailures, failuresOf, skips } from "./journals.ts";
import { AttachStage } from "./stage.ts";

const LAB = configName("studio-reaper-dev", "JupyterLab", AGENT.script);

describe("attaching to user profiles that have a configuration of their own", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());

  let before: unknown;
  beforeEach(async () => {
    await stage.createProfile("ada", {
      SecurityGroups: ["sg-1"],
      JupyterLabAppSettings: { BuiltInLifecycleConfigArn: await stage.createConfig() },
    });
    before = await stage.profile("ada");
  });
  const builtIn = async () =>
    (await stage.profile("ada"))?.JupyterLabAppSettings?.BuiltInLifecycleConfigArn?.split("/")[1];

  it("reports them, and changes nothing", async () => {
    const journal = await stage.reconcile();
    assert.deepEqual(skips(journal), [`${stage.studio.domainId}/ada UserSettings.JupyterLabAppSettings overrides`]);
    assert.deepEqual(await stage.profile("ada"), before);
  });

  it("changes them where asked, and only them, and puts them back", async () => {
    assertNoFailures(await stage.reconcile({ profiles: "change" }));
    assert.equal(await builtIn(), LAB);
    assert.deepEqual((await stage.profile("ada"))?.SecurityGroups, ["sg-1"]);
    assert.deepEqual(await stage.profile(stage.studio.userProfileName), {});
    assertNoFailures(await stage.reconcile({ profiles: "change", agent: agentOf("a newer agent") }));
    assertNoFailures(await stage.remove());
    assert.deepEqual(await stage.profile("ada"), before);
  });

  it("puts them back, and reports them again, where changing them is no longer asked for", async () => {
    await stage.reconcile({ profiles: "change" });
    assert.equal(skips(await stage.reconcile()).length, 1);
    assert.deepEqual(await stage.profile("ada"), before);
  });

  it("leaves one alone that was changed since", async () => {
    await stage.reconcile({ profiles: "change" });
    const other = await stage.createConfig("another");
    await stage.sageMaker.send(
      new UpdateUserProfileCommand({
        DomainId: stage.studio.domainId,
        UserProfileName: "ada",
        UserSettings: { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: other } },
      }),
    );
    assert.deepEqual(skips(await stage.reconcile({ profiles: "change" })), [
      `${stage.studio.domainId}/ada UserSettings.JupyterLabAppSettings changed-since`,
    ]);
    await stage.remove();
    assert.equal(await builtIn(), "another");
  });

  it("keeps what another run has just put on record of before", async () => {
    const theirs = (await stage.profile("ada"))?.JupyterLabAppSettings?.BuiltInLifecycleConfigArn ?? "";
    const name = `/studio-reaper/attachments/${stage.studio.domainId}/ada`;
    const value = {
      before: { BuiltInLifecycleConfigArn: theirs, LifecycleConfigArns: ["from-the-other-run"] },
      ours: theirs,
      settled: false,
    };
    const record = formatRecord({ "UserSettings.JupyterLabAppSettings.BuiltInLifecycleConfigArn": value });
    const undo = stage.studio.faults.before("PutParameter", ({ Name }) => {
      if (Name !== name) return;
      undo();
      stage.studio.seed.parameters([{ name, value: record }]);
    });
    assertNoFailures(await stage.reconcile({ profiles: "change" }));
    assert.equal(await builtIn(), LAB);
    const { Parameter } = await stage.ssm.send(new GetParameterCommand({ Name: name }));
    assert.match(Parameter?.Value ?? "", /from-the-other-run.*"settled":true/);
  });

  it("forgets one that was deleted", async () => {
    await stage.reconcile({ profiles: "change" });
    await stage.sageMaker.send(
      new DeleteUserProfileCommand({ DomainId: stage.studio.domainId, UserProfileName: "ada" }),
    );
    assertNoFailures(await stage.reconcile({ profiles: "change" }));
    assert.deepEqual(
      (await stage.parameters()).filter((name) => name.endsWith("/ada")),
      [],
    );
  });

  it("keeps the record of what was before where it cannot be put back", async () => {
    await stage.reconcile({ profiles: "change" });
    stage.studio.faults.add({ operation: "UpdateUserProfile", error: { code: "AccessDeniedException" } });
    const journal = await stage.remove();
    assert.match(failuresOf(journal).join(), /\/ada: AccessDeniedException/);
    const { Parameter } = await stage.ssm.send(
      new GetParameterCommand({ Name: `/studio-reaper/attachments/${stage.studio.domainId}/ada` }),
    );
    assert.match(Parameter?.Value ?? "", /the-admins/);
    assert.ok(journal.skipped.some(({ reason }) => reason === "in-use"));
  });
});

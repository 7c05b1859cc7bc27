import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DeleteDomainCommand, UpdateDomainCommand, type IdleSettings } from "@aws-sdk/client-sagemaker";
import { configName } from "../../../lib/attach/lifecycle-config-name.ts";
import type { StudioOptions } from "../../studio/index.ts";
import { AGENT } from "./agents.ts";
import { assertNoFailures, failuresOf, skips } from "./journals.ts";
import { AttachStage } from "./stage.ts";

const LAB = configName("studio-reaper-dev", "JupyterLab", AGENT.script);
const EDITOR = configName("studio-reaper-dev", "CodeEditor", AGENT.script);

describe("attaching to domains", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());
  const restart = async (options: StudioOptions) => {
    await stage.studio.close();
    stage = await AttachStage.set(options);
  };

  it("makes the configuration built-in for all private and shared spaces, and then changes nothing more", async () => {
    const second = await stage.createDomain("second");
    assertNoFailures(await stage.reconcile());
    const arn = (name: string) => `arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/${name}`;
    const { DefaultUserSettings, DefaultSpaceSettings } = await stage.domain();
    assert.equal(DefaultUserSettings?.JupyterLabAppSettings?.BuiltInLifecycleConfigArn, arn(LAB));
    assert.equal(DefaultUserSettings.CodeEditorAppSettings?.BuiltInLifecycleConfigArn, arn(EDITOR));
    assert.equal(DefaultSpaceSettings?.JupyterLabAppSettings?.BuiltInLifecycleConfigArn, arn(LAB));
    assert.equal(await stage.builtIn(second), LAB);
    assert.equal(
      (await stage.domain(second)).DefaultSpaceSettings,
      undefined,
      "where a domain has no space settings, none are made",
    );
    const start = stage.studio.calls.length;
    assertNoFailures(await stage.reconcile());
    assert.deepEqual(stage.changesSince(start), []);
  });

  for (const updates of ["merge", "replace"] as const) {
    for (const mode of ["built-in", "default"] as const) {
      it(`is undone to settings deep-equal to before, where updates ${updates} and the mode is ${mode}`, async () => {
        await restart({ updates });
        const theirs = await stage.createConfig();
        const rich = await stage.createDomain("rich", {
          DefaultUserSettings: {
            ExecutionRole: "arn:aws:iam::123456789012:role/rich",
            SecurityGroups: ["sg-1"],
            JupyterLabAppSettings: {
              LifecycleConfigArns: [theirs],
              DefaultResourceSpec: { InstanceType: "ml.t3.large" },
              AppLifecycleManagement: { IdleSettings: { LifecycleManagement: "DISABLED" } },
            },
            CodeEditorAppSettings: { DefaultResourceSpec: { InstanceType: "ml.t3.large" } },
          },
          DefaultSpaceSettings: {
            ExecutionRole: "arn:aws:iam::123456789012:role/rich",
            JupyterLabAppSettings: { CodeRepositories: [{ RepositoryUrl: "https://example.com/a" }] },
          },
        });
        const before = [await stage.domain(), await stage.domain(rich)];
        assertNoFailures(await stage.reconcile({ mode }));
        assert.notDeepEqual(await stage.domain(rich), before[1]);
        assert.deepEqual((await stage.domain(rich)).DefaultUserSettings?.SecurityGroups, ["sg-1"]);
        assertNoFailures(await stage.remove({ mode }));
        assert.deepEqual([await stage.domain(), await stage.domain(rich)], before);
        assert.deepEqual(await stage.configs(), ["the-admins"]);
        assert.deepEqual(await stage.parameters(), ["policy"]);
      });
    }
  }

  it("as the default keeps what users can choose, and moves to built-in if a later deploy asks for it", async () => {
    const theirs = await stage.createConfig();
    await stage.sageMaker.send(
      new UpdateDomainCommand({
        DomainId: stage.studio.domainId,
        DefaultUserSettings: { JupyterLabAppSettings: { LifecycleConfigArns: [theirs] } },
      }),
    );
    const before = await stage.domain();
    assertNoFailures(await stage.reconcile({ mode: "default" }));
    const app = (await stage.domain()).DefaultUserSettings?.JupyterLabAppSettings;
    assert.equal(app?.DefaultResourceSpec?.LifecycleConfigArn?.split("/")[1], LAB);
    assert.deepEqual(app.LifecycleConfigArns, [theirs, app.DefaultResourceSpec.LifecycleConfigArn]);
    assertNoFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(), LAB);
    assert.deepEqual((await stage.domain()).DefaultUserSettings?.JupyterLabAppSettings?.LifecycleConfigArns, [theirs]);
    assertNoFailures(await stage.remove());
    assert.deepEqual(await stage.domain(), before);
  });

  it("reads each domain and each profile once where nothing is to be changed", async () => {
    await stage.reconcile({ profiles: "change" });
    const start = stage.studio.calls.length;
    await stage.reconcile({ profiles: "change" });
    const described = stage.studio.calls
      .slice(start)
      .filter(({ operation }) => /^Describe(Domain|User)/.test(operation));
    assert.deepEqual(described.map(({ operation }) => operation).sort(), ["DescribeDomain", "DescribeUserProfile"]);
  });

  it("reaches a domain that appears later, and lets go of one that is no longer wanted", async () => {
    await stage.reconcile();
    const before = await stage.domain();
    const later = await stage.createDomain("later");
    assertNoFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(later), LAB);
    assertNoFailures(await stage.reconcile({ domains: [stage.studio.domainId] }));
    assert.equal(await stage.builtIn(later), undefined);
    assert.deepEqual(await stage.domain(), before);
    assert.ok(!(await stage.parameters()).includes(`attachments/${later}`));
  });

  it("names a domain of the list that is not there, and attaches to the others", async () => {
    const journal = await stage.reconcile({ domains: ["d-nowhere", stage.studio.domainId] });
    assert.match(failuresOf(journal).join(), /^d-nowhere: there is no such domain/);
    assert.equal(await stage.builtIn(), LAB);
  });

  it("leaves a domain of Unified Studio alone, says so once, and lets go of it if attached before", async () => {
    const project = await stage.createDomain("project");
    const before = await stage.domain(project);
    await stage.reconcile({ domains: [project] });
    const DomainSettingsForUpdate = { UnifiedStudioSettings: { ProjectId: "p-1" } };
    await stage.updateDomainSettings(project, DomainSettingsForUpdate);
    assert.deepEqual(skips(await stage.reconcile()), [`${project}  unified-studio`]);
    assert.deepEqual(await stage.domain(project), before);
    assert.equal(await stage.builtIn(), LAB);
  });

  it("reports AWS's own idle shutdown of domains and profiles with its time, and changes nothing of it", async () => {
    const idle = (IdleSettings: IdleSettings) => ({ AppLifecycleManagement: { IdleSettings } });
    const JupyterLabAppSettings = idle({ LifecycleManagement: "ENABLED", IdleTimeoutInMinutes: 60 });
    const CodeEditorAppSettings = idle({ LifecycleManagement: "ENABLED" });
    const ExecutionRole = "arn:aws:iam::123456789012:role/StudioExecution";
    const domain = await stage.createDomain("idle", {
      DefaultUserSettings: { ExecutionRole, JupyterLabAppSettings, CodeEditorAppSettings },
    });
    const { skipped } = await stage.reconcile({ domains: [domain] });
    assert.deepEqual(
      skipped.map(({ on, reason, value }) => [on, reason, value]),
      [
        [domain, "aws-idle-shutdown", "60 minutes"],
        [domain, "aws-idle-shutdown", "10080 minutes"],
      ],
    );
    const { DefaultUserSettings } = await stage.domain(domain);
    assert.partialDeepStrictEqual(DefaultUserSettings, { JupyterLabAppSettings, CodeEditorAppSettings });
  });

  it("detaches from the roles of a domain that is gone in the same run, also if the deploy lists it", async () => {
    const ExecutionRole = "arn:aws:iam::123456789012:role/of-second";
    const second = await stage.createDomain("second", { DefaultUserSettings: { ExecutionRole } });
    const domains = [stage.studio.domainId, second];
    await stage.reconcile({ domains });
    assert.ok((await stage.roles.withPolicy()).has("of-second"));
    await stage.sageMaker.send(new DeleteDomainCommand({ DomainId: second }));
    await stage.reconcile({ domains });
    assert.deepEqual([...(await stage.roles.withPolicy())], ["StudioExecution"]);
  });

  it("forgets a domain that was deleted", async () => {
    const second = await stage.createDomain("second");
    await stage.reconcile();
    await stage.sageMaker.send(new DeleteDomainCommand({ DomainId: second }));
    assertNoFailures(await stage.reconcile());
    assert.ok(!(await stage.parameters()).includes(`attachments/${second}`));
  });

  it("leaves a domain alone whose admin has set a built-in configuration", async () => {
    const theirs = await stage.createConfig();
    await stage.setBuiltIn(theirs);
    const journal = await stage.reconcile();
    assert.deepEqual(skips(journal), [`${stage.studio.domainId} DefaultUserSettings.JupyterLabAppSettings occupied`]);
    assert.equal(await stage.builtIn(), "the-admins");
    await stage.remove();
    assert.equal(await stage.builtIn(), "the-admins");
  });

  it("leaves alone what somebody changed since, and says so at each run and at remove", async () => {
    await stage.reconcile();
    await stage.setBuiltIn(await stage.createConfig());
    const said = [`${stage.studio.domainId} DefaultUserSettings.JupyterLabAppSettings changed-since`];
    assert.deepEqual(skips(await stage.reconcile()), said);
    assert.deepEqual(skips(await stage.reconcile()), said);
    assert.deepEqual(skips(await stage.remove()), said);
    assert.equal(await stage.builtIn(), "the-admins");
    assert.equal((await stage.domain()).DefaultUserSettings?.CodeEditorAppSettings, undefined);
  });

  it("does not attach again what an admin took away", async () => {
    await stage.reconcile();
    await stage.setBuiltIn("None");
    assert.deepEqual(skips(await stage.reconcile()), [
      `${stage.studio.domainId} DefaultUserSettings.JupyterLabAppSettings changed-since`,
    ]);
    assert.equal(await stage.builtIn(), undefined);
  });
});

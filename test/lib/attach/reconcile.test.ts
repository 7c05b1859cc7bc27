import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  CreateAppCommand,
  CreateSpaceCommand,
  CreateStudioLifecycleConfigCommand,
  DeleteAppCommand,
  DeleteDomainCommand,
  DeleteUserProfileCommand,
  DescribeAppCommand,
  UpdateDomainCommand,
  UpdateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import type { Journal } from "../../../lib/attach/journal.ts";
import { configName } from "../../../lib/attach/lifecycle-configs.ts";
import { formatRecord } from "../../../lib/attach/record.ts";
import type { StudioOptions } from "../../studio/index.ts";
import { AGENT, agentOf } from "./agents.ts";
import { AttachStage } from "./stage.ts";

const LAB = configName("studio-reaper-dev", "JupyterLab", AGENT.script);
const EDITOR = configName("studio-reaper-dev", "CodeEditor", AGENT.script);
const FORMER = agentOf("the former agent");
const reasons = ({ skipped }: Journal) =>
  skipped.map(({ on, setting = "", reason }) => `${on} ${setting.split(".").slice(0, 2).join(".")} ${reason}`);
const failures = (journal: Journal) => journal.failures.map(({ message }) => message);
const noFailures = (journal: Journal) => {
  assert.deepEqual(failures(journal), []);
};

describe("attaching", () => {
  let stage: AttachStage;
  const restart = async (options: StudioOptions) => {
    await stage.studio.close();
    stage = await AttachStage.set(options);
  };
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());

  /** A lifecycle configuration of the admin's own. */
  async function foreign(name = "the-admins"): Promise<string> {
    const { StudioLifecycleConfigArn = "" } = await stage.sageMaker.send(
      new CreateStudioLifecycleConfigCommand({
        StudioLifecycleConfigName: name,
        StudioLifecycleConfigAppType: "JupyterLab",
        StudioLifecycleConfigContent: "ZXhpdCAw",
      }),
    );
    return StudioLifecycleConfigArn;
  }
  const setBuiltIn = (arn: string, DomainId = stage.studio.domainId) =>
    stage.sageMaker.send(
      new UpdateDomainCommand({
        DomainId,
        DefaultUserSettings: { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: arn } },
      }),
    );

  it("makes the configuration built-in for private and shared spaces of every domain, and changes nothing the next time", async () => {
    const second = await stage.createDomain("second");
    noFailures(await stage.reconcile());
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
    noFailures(await stage.reconcile());
    assert.deepEqual(stage.changesSince(start), []);
  });

  for (const updates of ["merge", "replace"] as const) {
    for (const mode of ["built-in", "default"] as const) {
      it(`puts every setting back deep-equal to before, where updates ${updates} and the configuration is ${mode}`, async () => {
        await restart({ updates });
        const theirs = await foreign();
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
        noFailures(await stage.reconcile({ mode }));
        assert.notDeepEqual(await stage.domain(rich), before[1]);
        assert.deepEqual((await stage.domain(rich)).DefaultUserSettings?.SecurityGroups, ["sg-1"]);
        noFailures(await stage.remove({ mode }));
        assert.deepEqual([await stage.domain(), await stage.domain(rich)], before);
        assert.deepEqual(await stage.configs(), ["the-admins"]);
        assert.deepEqual(await stage.parameters(), ["policy"]);
      });
    }
  }

  it("as the default keeps what users can choose already, and moves to built-in where that is wanted later", async () => {
    const theirs = await foreign();
    await stage.sageMaker.send(
      new UpdateDomainCommand({
        DomainId: stage.studio.domainId,
        DefaultUserSettings: { JupyterLabAppSettings: { LifecycleConfigArns: [theirs] } },
      }),
    );
    const before = await stage.domain();
    noFailures(await stage.reconcile({ mode: "default" }));
    const app = (await stage.domain()).DefaultUserSettings?.JupyterLabAppSettings;
    assert.equal(app?.DefaultResourceSpec?.LifecycleConfigArn?.split("/")[1], LAB);
    assert.deepEqual(app.LifecycleConfigArns, [theirs, app.DefaultResourceSpec.LifecycleConfigArn]);
    noFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(), LAB);
    assert.deepEqual((await stage.domain()).DefaultUserSettings?.JupyterLabAppSettings?.LifecycleConfigArns, [theirs]);
    noFailures(await stage.remove());
    assert.deepEqual(await stage.domain(), before);
  });

  it("reaches a domain that appears later, and lets go of one that is no longer wanted", async () => {
    await stage.reconcile();
    const before = await stage.domain();
    const later = await stage.createDomain("later");
    noFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(later), LAB);
    noFailures(await stage.reconcile({ domains: [stage.studio.domainId] }));
    assert.equal(await stage.builtIn(later), undefined);
    assert.deepEqual(await stage.domain(), before);
    assert.ok(!(await stage.parameters()).includes(`attachments/${later}`));
  });

  it("names a domain of the list that is not there, and attaches to the others", async () => {
    const journal = await stage.reconcile({ domains: ["d-nowhere", stage.studio.domainId] });
    assert.match(failures(journal).join(), /^d-nowhere: there is no such domain/);
    assert.equal(await stage.builtIn(), LAB);
  });

  it("forgets a domain that was deleted", async () => {
    const second = await stage.createDomain("second");
    await stage.reconcile();
    await stage.sageMaker.send(new DeleteDomainCommand({ DomainId: second }));
    noFailures(await stage.reconcile());
    assert.ok(!(await stage.parameters()).includes(`attachments/${second}`));
  });

  it("leaves a domain alone that has a built-in configuration of its admin's", async () => {
    const theirs = await foreign();
    await setBuiltIn(theirs);
    const journal = await stage.reconcile();
    assert.deepEqual(reasons(journal), [`${stage.studio.domainId} DefaultUserSettings.JupyterLabAppSettings occupied`]);
    assert.equal(await stage.builtIn(), "the-admins");
    await stage.remove();
    assert.equal(await stage.builtIn(), "the-admins");
  });

  it("leaves alone what somebody changed since, and says so at each run and when detaching", async () => {
    await stage.reconcile();
    await setBuiltIn(await foreign());
    const said = [`${stage.studio.domainId} DefaultUserSettings.JupyterLabAppSettings changed-since`];
    assert.deepEqual(reasons(await stage.reconcile()), said);
    assert.deepEqual(reasons(await stage.reconcile()), said);
    assert.deepEqual(reasons(await stage.remove()), said);
    assert.equal(await stage.builtIn(), "the-admins");
    assert.equal((await stage.domain()).DefaultUserSettings?.CodeEditorAppSettings, undefined);
  });

  it("does not attach again what an admin took away", async () => {
    await stage.reconcile();
    await setBuiltIn("None");
    assert.deepEqual(reasons(await stage.reconcile()), [
      `${stage.studio.domainId} DefaultUserSettings.JupyterLabAppSettings changed-since`,
    ]);
    assert.equal(await stage.builtIn(), undefined);
  });

  it("replaces the configuration of a former script, deletes it once nothing uses it, and still knows what was before", async () => {
    const before = await stage.domain();
    await stage.reconcile({ agent: FORMER });
    const owner = {
      OwnershipSettings: { OwnerUserProfileName: stage.studio.userProfileName },
      SpaceSharingSettings: { SharingType: "Private" },
    } as const;
    const app = {
      DomainId: stage.studio.domainId,
      SpaceName: "old",
      AppType: "JupyterLab",
      AppName: "default",
    } as const;
    await stage.sageMaker.send(new CreateSpaceCommand({ DomainId: app.DomainId, SpaceName: "old", ...owner }));
    await stage.sageMaker.send(new CreateAppCommand(app));
    const former = configName("studio-reaper-dev", "JupyterLab", FORMER.script);
    const journal = await stage.reconcile();
    noFailures(journal);
    assert.equal(await stage.builtIn(), LAB);
    assert.deepEqual(
      journal.skipped.map(({ on, reason }) => [on, reason]),
      [[former, "in-use"]],
    );
    assert.deepEqual(await stage.configs(), [EDITOR, LAB, former].sort());
    await stage.sageMaker.send(new DeleteAppCommand(app));
    while ((await stage.sageMaker.send(new DescribeAppCommand(app))).Status !== "Deleted");
    await stage.reconcile();
    assert.deepEqual(await stage.configs(), [EDITOR, LAB].sort());
    await stage.remove();
    assert.deepEqual(await stage.domain(), before);
  });

  it("does not delete a newer configuration that another run may just be about to attach", async () => {
    await restart({ now: Date.now });
    await stage.reconcile();
    await stage.sageMaker.send(
      new CreateStudioLifecycleConfigCommand({
        StudioLifecycleConfigName: configName("studio-reaper-dev", "JupyterLab", "newer"),
        StudioLifecycleConfigAppType: "JupyterLab",
        StudioLifecycleConfigContent: "ZXhpdCAw",
      }),
    );
    await stage.reconcile();
    assert.equal((await stage.configs()).length, 3);
    await stage.reconcile({ agent: agentOf("the newest agent") });
    assert.equal((await stage.configs()).length, 2, "what is older is deleted at once");
  });

  it("attaches to the others where one domain cannot be updated, names it, and reaches it the next time", async () => {
    const second = await stage.createDomain("second");
    stage.studio.faults.add({
      operation: "UpdateDomain",
      times: 1,
      when: ({ DomainId }) => DomainId === stage.studio.domainId,
      error: { code: "AccessDeniedException", message: "no" },
    });
    const journal = await stage.reconcile();
    assert.deepEqual(failures(journal), [`${stage.studio.domainId}: AccessDeniedException: no`]);
    assert.equal(await stage.builtIn(second), LAB);
    noFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(), LAB);
  });

  it("gets through where the services throttle", async () => {
    const throttled = { code: "ThrottlingException", message: "Rate exceeded" };
    for (const operation of [
      "ListDomains",
      "DescribeDomain",
      "UpdateDomain",
      "PutParameter",
      "CreateStudioLifecycleConfig",
    ])
      stage.studio.faults.add({ operation, times: 1, error: throttled });
    noFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(), LAB);
  });

  it("waits for a domain that is being updated", async () => {
    await restart({ updatingMs: 400 });
    await stage.sageMaker.send(
      new UpdateDomainCommand({ DomainId: stage.studio.domainId, DefaultUserSettings: { SecurityGroups: ["sg-1"] } }),
    );
    noFailures(await stage.reconcile());
    assert.equal(await stage.builtIn(), LAB);
    assert.deepEqual((await stage.domain()).DefaultUserSettings?.SecurityGroups, ["sg-1"]);
  });

  it("reports a domain that stays in use, and one that is not reached in time", async () => {
    stage.studio.faults.add({ operation: "UpdateDomain", error: { code: "ResourceInUse" } });
    const time = {
      now: () => new Date(),
      waitToLookAgain: (looks: number) => Promise.resolve(looks < 3),
      isRunningOut: () => false,
    };
    assert.match(
      failures(await stage.reconcile({ ports: { time } })).join(),
      /^d-\w+: it is still in use by another update/,
    );
    const journal = await stage.reconcile({ ports: { time: { ...time, isRunningOut: () => true } } });
    assert.match(failures(journal).join(), /^d-\w+: not reached/);
  });

  it("ends in the same state where it was cut off between the record and the update, or before it was seen done", async () => {
    const before = await stage.domain();
    for (const fault of [
      { operation: "UpdateDomain" },
      {
        operation: "PutParameter",
        when: ({ Value }: Record<string, unknown>) => String(Value).includes('"settled":true'),
      },
    ]) {
      const undo = stage.studio.faults.add({ ...fault, error: { code: "AccessDeniedException" } });
      assert.equal((await stage.reconcile()).failures.length, 1);
      undo();
      noFailures(await stage.reconcile());
      assert.equal(await stage.builtIn(), LAB);
      assert.deepEqual((await stage.reconcile()).skipped, []);
      noFailures(await stage.remove());
      assert.deepEqual(await stage.domain(), before);
    }
  });

  it("attaches again what a detaching that was cut off had let go, or not yet", async () => {
    for (const operation of ["UpdateDomain", "DeleteParameter"]) {
      await stage.reconcile();
      const isOfDomain = ({ DomainId, Name }: Record<string, unknown>) =>
        DomainId !== undefined || String(Name).includes("/d-");
      const undo = stage.studio.faults.add({ operation, when: isOfDomain, error: { code: "AccessDeniedException" } });
      assert.equal((await stage.reconcile({ domains: [] })).failures.length, 1);
      undo();
      const journal = await stage.reconcile();
      assert.deepEqual([failures(journal), journal.skipped], [[], []]);
      assert.equal(await stage.builtIn(), LAB);
    }
  });

  it("ends in the same state where two runs go side by side", async () => {
    await restart({ updatingMs: 100 });
    const theirs = await foreign();
    await stage.createProfile("ada", { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: theirs } });
    const before = [await stage.domain(), await stage.profile("ada")];
    const journals = await Promise.all([
      stage.reconcile({ profiles: "change" }),
      stage.reconcile({ profiles: "change" }),
    ]);
    for (const journal of journals) assert.deepEqual([failures(journal), journal.skipped], [[], []]);
    assert.equal(await stage.builtIn(), LAB);
    await Promise.all([stage.remove(), stage.remove()]);
    assert.deepEqual([await stage.domain(), await stage.profile("ada")], before);
    assert.deepEqual(await stage.parameters(), ["policy"]);
  });

  it("changes nothing of a domain whose record cannot be read", async () => {
    await stage.ssm.send(
      new PutParameterCommand({
        Name: `/studio-reaper/attachments/${stage.studio.domainId}`,
        Value: '{"v": 2}',
        Type: "String",
      }),
    );
    assert.match(failures(await stage.reconcile()).join(), /record .* cannot be read: v/);
    assert.equal(await stage.builtIn(), undefined);
  });

  describe("to user profiles that have a configuration of their own", () => {
    let before: unknown;
    beforeEach(async () => {
      await stage.createProfile("ada", {
        SecurityGroups: ["sg-1"],
        JupyterLabAppSettings: { BuiltInLifecycleConfigArn: await foreign() },
      });
      before = await stage.profile("ada");
    });
    const builtIn = async () =>
      (await stage.profile("ada"))?.JupyterLabAppSettings?.BuiltInLifecycleConfigArn?.split("/")[1];

    it("reports them, and changes nothing", async () => {
      const journal = await stage.reconcile();
      assert.deepEqual(reasons(journal), [`${stage.studio.domainId}/ada UserSettings.JupyterLabAppSettings overrides`]);
      assert.deepEqual(await stage.profile("ada"), before);
    });

    it("changes them where asked, and only them, and puts them back", async () => {
      noFailures(await stage.reconcile({ profiles: "change" }));
      assert.equal(await builtIn(), LAB);
      assert.deepEqual((await stage.profile("ada"))?.SecurityGroups, ["sg-1"]);
      assert.deepEqual(await stage.profile(stage.studio.userProfileName), {});
      noFailures(await stage.reconcile({ profiles: "change", agent: agentOf("a newer agent") }));
      noFailures(await stage.remove());
      assert.deepEqual(await stage.profile("ada"), before);
    });

    it("puts them back, and reports them again, where changing them is no longer asked for", async () => {
      await stage.reconcile({ profiles: "change" });
      assert.equal(reasons(await stage.reconcile()).length, 1);
      assert.deepEqual(await stage.profile("ada"), before);
    });

    it("leaves one alone that was changed since", async () => {
      await stage.reconcile({ profiles: "change" });
      const other = await foreign("another");
      await stage.sageMaker.send(
        new UpdateUserProfileCommand({
          DomainId: stage.studio.domainId,
          UserProfileName: "ada",
          UserSettings: { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: other } },
        }),
      );
      assert.deepEqual(reasons(await stage.reconcile({ profiles: "change" })), [
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
      noFailures(await stage.reconcile({ profiles: "change" }));
      assert.equal(await builtIn(), LAB);
      const { Parameter } = await stage.ssm.send(new GetParameterCommand({ Name: name }));
      assert.match(Parameter?.Value ?? "", /from-the-other-run.*"settled":true/);
    });

    it("forgets one that was deleted", async () => {
      await stage.reconcile({ profiles: "change" });
      await stage.sageMaker.send(
        new DeleteUserProfileCommand({ DomainId: stage.studio.domainId, UserProfileName: "ada" }),
      );
      noFailures(await stage.reconcile({ profiles: "change" }));
      assert.deepEqual(
        (await stage.parameters()).filter((name) => name.endsWith("/ada")),
        [],
      );
    });

    it("keeps the record of what was before where it cannot be put back", async () => {
      await stage.reconcile({ profiles: "change" });
      stage.studio.faults.add({ operation: "UpdateUserProfile", error: { code: "AccessDeniedException" } });
      const journal = await stage.remove();
      assert.match(failures(journal).join(), /\/ada: AccessDeniedException/);
      const { Parameter } = await stage.ssm.send(
        new GetParameterCommand({ Name: `/studio-reaper/attachments/${stage.studio.domainId}/ada` }),
      );
      assert.match(Parameter?.Value ?? "", /the-admins/);
      assert.ok(journal.skipped.some(({ reason }) => reason === "in-use"));
    });
  });

  describe("and execution roles", () => {
    it("gives the policy to those of domains and profiles, and takes it back from those alone that it gave it to", async () => {
      stage.roles.add("shared");
      await stage.createDomain("second", {
        DefaultUserSettings: { ExecutionRole: "arn:aws:iam::123456789012:role/shared" },
      });
      await stage.createProfile("ada", { ExecutionRole: "arn:aws:iam::123456789012:role/service-role/ada=@x" });
      noFailures(await stage.reconcile());
      assert.deepEqual([...stage.roles].sort(), ["StudioExecution", "ada=@x", "shared"]);
      noFailures(await stage.reconcile({ domains: [] }));
      assert.deepEqual([...stage.roles], ["shared"]);
      assert.deepEqual(
        (await stage.parameters()).filter((name) => name.startsWith("attachments/")),
        [],
      );
    });

    it("takes it back from all at remove, since the policy is deleted then", async () => {
      await stage.reconcile();
      stage.roles.add("by-hand");
      noFailures(await stage.remove());
      assert.deepEqual([...stage.roles], []);
    });

    it("names the role and the domain where one cannot be changed, and goes on with the others", async () => {
      stage.lockedRoles.add("StudioExecution");
      await stage.createProfile("ada", { ExecutionRole: "arn:aws:iam::123456789012:role/ada" });
      const journal = await stage.reconcile();
      assert.deepEqual(failures(journal), [`role StudioExecution of ${stage.studio.domainId}: AccessDenied`]);
      assert.deepEqual([...stage.roles], ["ada"]);
    });

    it("takes none back while a domain could not be read, whose role it may be", async () => {
      await stage.reconcile();
      stage.studio.faults.add({ operation: "DescribeDomain", error: { code: "AccessDeniedException" } });
      await stage.reconcile();
      assert.deepEqual([...stage.roles], ["StudioExecution"]);
    });

    it("gives it again to one that was made anew under its name, and to none where roles are not asked for", async () => {
      await stage.reconcile();
      stage.roles.clear();
      await stage.reconcile();
      assert.deepEqual([...stage.roles], ["StudioExecution"]);
      await stage.reconcile({ attachRoles: false });
      assert.deepEqual([...stage.roles], []);
    });
  });

  describe("at remove", () => {
    it("deletes what the agents and the sweep wrote, and nothing else", async () => {
      await stage.reconcile();
      stage.studio.seed.parameters([
        ...Array.from({ length: 23 }, (_, i) => ({
          name: `/studio-reaper/heartbeats/d-1/space/s${i}/JupyterLab/default`,
          value: "{}",
        })),
        { name: "/studio-reaper/instructions", value: "{}" },
        { name: "/elsewhere", value: "1" },
      ]);
      noFailures(await stage.remove());
      assert.deepEqual(await stage.parameters(), ["policy"]);
      await stage.ssm.send(new GetParameterCommand({ Name: "/elsewhere" }));
    });

    it("succeeds where there is nothing", async () => {
      const journal = await stage.remove();
      assert.deepEqual([failures(journal), journal.changed], [[], []]);
    });
  });
});

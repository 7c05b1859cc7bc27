import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UserSettings } from "@aws-sdk/client-sagemaker";
import { apply } from "../../../lib/attach/apply.ts";
import { Journal } from "../../../lib/attach/journal.ts";
import { ownConfigs } from "../../../lib/attach/lifecycle-config-name.ts";
import type { DesiredAttachment } from "../../../lib/attach/plan.ts";
import type { AttachPorts } from "../../../lib/attach/ports.ts";
import type { AttachmentRecord } from "../../../lib/attach/record.ts";
import type { Settings, SettingsTarget } from "../../../lib/attach/settings-target.ts";
import { silent } from "./stage.ts";

const arn = (type: string) =>
  `arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/studio-reaper-dev-${type}-0123456789ab`;
const attached = (mode: DesiredAttachment["mode"]): DesiredAttachment => ({
  mode,
  scope: "vacant",
  arns: { JupyterLab: arn("jupyterlab"), CodeEditor: arn("codeeditor") },
});
const isOurs = ownConfigs("studio-reaper-dev");

/** A domain of a service that does with an update what a test says; it notes what is on record at each update. */
function fakeDomain(
  before: UserSettings,
  update: (current: UserSettings, sent: UserSettings) => UserSettings,
  status = (): string => "InService",
) {
  let settings = before;
  let record: AttachmentRecord = {};
  const recordedAtUpdate: AttachmentRecord[] = [];
  const updates: UserSettings[] = [];
  const target: SettingsTarget = {
    domainId: "d-1",
    describe: () =>
      Promise.resolve({ status: status(), failureReason: "because", settings: { DefaultUserSettings: settings } }),
    update: ({ DefaultUserSettings = {} }: Settings) => {
      recordedAtUpdate.push(record);
      updates.push(DefaultUserSettings);
      settings = update(settings, DefaultUserSettings);
      return Promise.resolve("sent");
    },
  };
  const ports: Pick<AttachPorts, "records" | "time"> = {
    records: {
      targets: () => Promise.resolve([]),
      read: () => Promise.resolve(record),
      write: (_key, next) => {
        record = next;
        return Promise.resolve();
      },
      roles: () => Promise.resolve([]),
      writeRole: () => Promise.resolve(),
      forgetRole: () => Promise.resolve(),
    },
    time: { now: () => new Date(), waitToLookAgain: () => Promise.resolve(false), isRunningOut: () => false },
  };
  const run = (desired: DesiredAttachment | undefined) =>
    apply({ ports, isOurs, isNamed: () => false, journal: new Journal(silent) }, target, desired);
  return { run, settings: () => settings, record: () => record, recordedAtUpdate, updates };
}

const merge = <T extends object>(current: T, sent: T): T => ({
  ...current,
  ...Object.fromEntries(
    Object.entries(sent).map(([name, value]: [string, unknown]) => {
      const old: unknown = Object.entries(current).find(([other]) => other === name)?.[1];
      return [name, isObject(value) ? merge(isObject(old) ? old : {}, value) : value];
    }),
  ),
});
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

describe("an attachment to a domain", () => {
  for (const mode of ["built-in", "default"] as const) {
    it(`as ${mode} is undone in a service that merges, and keeps the word for none and empty settings`, async () => {
      const { run, settings, record } = fakeDomain(
        { SecurityGroups: ["sg-1"], CodeEditorAppSettings: { DefaultResourceSpec: { InstanceType: "ml.t3.large" } } },
        merge,
      );
      await run(attached(mode));
      await run(undefined);
      assert.doesNotMatch(JSON.stringify(settings()), /arn:/);
      assert.deepEqual(settings().CodeEditorAppSettings?.DefaultResourceSpec?.InstanceType, "ml.t3.large");
      assert.deepEqual(record(), {});
    });
  }

  it("sends only the section that changes, and so keeps what somebody else changes at the same time", async () => {
    const { run, settings, updates } = fakeDomain(
      { ExecutionRole: "arn:aws:iam::123456789012:role/studio", SecurityGroups: ["sg-1"] },
      (current, sent) => merge({ ...current, SecurityGroups: ["sg-2"] }, sent),
    );
    await run(attached("built-in"));
    assert.deepEqual(updates, [
      {
        JupyterLabAppSettings: { BuiltInLifecycleConfigArn: arn("jupyterlab") },
        CodeEditorAppSettings: { BuiltInLifecycleConfigArn: arn("codeeditor") },
      },
    ]);
    assert.deepEqual(settings().SecurityGroups, ["sg-2"]);
  });

  const RICH: UserSettings = { ExecutionRole: "arn:aws:iam::123456789012:role/studio", SecurityGroups: ["sg-1"] };

  it("puts back what a service took away that replaces whole groups, when attached and when undone", async () => {
    const { run, settings } = fakeDomain(RICH, (_, sent) => sent);
    await run(attached("built-in"));
    assert.partialDeepStrictEqual(settings(), RICH);
    assert.equal(settings().CodeEditorAppSettings?.BuiltInLifecycleConfigArn, arn("codeeditor"));
    await run(undefined);
    assert.deepEqual(settings(), RICH);
  });

  it("says what to put back, and how to permit it, where it may not name the execution role", async () => {
    const { run } = fakeDomain(RICH, (_, sent) => {
      if ("ExecutionRole" in sent) throw new Error("not authorized to perform: iam:PassRole");
      return sent;
    });
    await assert.rejects(run(attached("built-in")), /Put them back: .*"sg-1".* permit its role iam:PassRole/);
  });

  it("has on record what was before when it sends an update, as settled once the update is seen", async () => {
    const { run, record, recordedAtUpdate } = fakeDomain({}, merge);
    await run(attached("built-in"));
    const name = "DefaultUserSettings.JupyterLabAppSettings.BuiltInLifecycleConfigArn";
    assert.deepEqual(recordedAtUpdate[0]?.[name], { before: null, ours: arn("jupyterlab"), settled: false });
    assert.equal(record()[name]?.settled, true);
  });

  it("fails, saying what is there instead, where the service accepts an update but does not carry it out", async () => {
    const { run, record } = fakeDomain({}, (current) => current);
    await assert.rejects(
      run(attached("built-in")),
      /accepted the update, but did not carry it out: .*BuiltInLifecycleConfigArn is empty, not arn:/,
    );
    assert.equal(Object.values(record())[0]?.settled, false);
  });

  it("fails with the service's reason where an update failed, or the domain did", async () => {
    let status = "InService";
    const { run } = fakeDomain(
      {},
      (current) => {
        status = "Update_Failed";
        return current;
      },
      () => status,
    );
    await assert.rejects(run(attached("built-in")), { message: "its status is Update_Failed: because" });
    await assert.rejects(fakeDomain({}, merge, () => "Delete_Failed").run(attached("built-in")), {
      message: "its status is Delete_Failed: because",
    });
  });

  it("does not wait for ever for a domain that is being updated", async () => {
    await assert.rejects(fakeDomain({}, merge, () => "Updating").run(attached("built-in")), /it is still Updating/);
  });

  it("is nothing to do for a domain that is being deleted, or was never made", async () => {
    assert.equal(await fakeDomain({}, merge, () => "Deleting").run(undefined), undefined);
    assert.equal(await fakeDomain({}, merge, () => "Failed").run(attached("built-in")), undefined);
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { UserSettings } from "@aws-sdk/client-sagemaker";
import { apply } from "../../../lib/attach/apply.ts";
import type { Holder, Settings } from "../../../lib/attach/holder.ts";
import { Journal } from "../../../lib/attach/journal.ts";
import { ownConfigs } from "../../../lib/attach/lifecycle-configs.ts";
import type { Wish } from "../../../lib/attach/plan.ts";
import type { AttachPorts } from "../../../lib/attach/ports.ts";
import type { AttachmentRecord } from "../../../lib/attach/record.ts";
import { silent } from "./stage.ts";

const arn = (type: string) =>
  `arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/studio-reaper-dev-${type}-0123456789ab`;
const wish = (way: Wish["way"]): Wish => ({
  way,
  where: "vacant",
  arns: { JupyterLab: arn("jupyterlab"), CodeEditor: arn("codeeditor") },
});
const isOurs = ownConfigs("studio-reaper-dev");

/** A domain of a service that does with an update what a test says, and a record of what was on record when it was sent. */
function world(
  before: UserSettings,
  update: (now: UserSettings, sent: UserSettings) => UserSettings,
  status = (): string => "InService",
) {
  let settings = before;
  let record: AttachmentRecord = {};
  const recordedAtUpdate: AttachmentRecord[] = [];
  const holder: Holder = {
    domainId: "d-1",
    describe: () =>
      Promise.resolve({ status: status(), failureReason: "because", settings: { DefaultUserSettings: settings } }),
    update: ({ DefaultUserSettings = {} }: Settings) => {
      recordedAtUpdate.push(record);
      settings = update(settings, DefaultUserSettings);
      return Promise.resolve("sent");
    },
  };
  const ports: Pick<AttachPorts, "records" | "time"> = {
    records: {
      holders: () => Promise.resolve([]),
      read: () => Promise.resolve(record),
      write: (_key, next) => {
        record = next;
        return Promise.resolve();
      },
      roles: () => Promise.resolve([]),
      writeRole: () => Promise.resolve(),
      forgetRole: () => Promise.resolve(),
    },
    time: { now: () => new Date(), waited: () => Promise.resolve(false), isShort: () => false },
  };
  const run = (one: Wish | undefined) => apply(holder, one, isOurs, ports, new Journal(silent));
  return { run, settings: () => settings, record: () => record, recordedAtUpdate };
}

const merge = <T extends object>(now: T, sent: T): T => ({
  ...now,
  ...Object.fromEntries(
    Object.entries(sent).map(([name, value]: [string, unknown]) => {
      const old: unknown = Object.entries(now).find(([other]) => other === name)?.[1];
      return [name, isObject(value) ? merge(isObject(old) ? old : {}, value) : value];
    }),
  ),
});
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

describe("applying a wish to a domain", () => {
  for (const way of ["built-in", "default"] as const) {
    it(`is undone in a service that merges, and keeps the word for none and what is empty, where it is ${way}`, async () => {
      const { run, settings, record } = world(
        { SecurityGroups: ["sg-1"], CodeEditorAppSettings: { DefaultResourceSpec: { InstanceType: "ml.t3.large" } } },
        merge,
      );
      await run(wish(way));
      await run(undefined);
      assert.doesNotMatch(JSON.stringify(settings()), /arn:/);
      assert.deepEqual(settings().CodeEditorAppSettings?.DefaultResourceSpec?.InstanceType, "ml.t3.large");
      assert.deepEqual(record(), {});
    });
  }

  it("has on record what was before when it sends an update, and keeps it there until the update is seen done", async () => {
    const { run, record, recordedAtUpdate } = world({}, merge);
    await run(wish("built-in"));
    const name = "DefaultUserSettings.JupyterLabAppSettings.BuiltInLifecycleConfigArn";
    assert.deepEqual(recordedAtUpdate[0]?.[name], { before: null, ours: arn("jupyterlab"), settled: false });
    assert.equal(record()[name]?.settled, true);
  });

  it("fails, saying what is there instead, where the service takes an update but does not do it", async () => {
    const { run, record } = world({}, (now) => now);
    await assert.rejects(
      run(wish("built-in")),
      /took the update, but did not do it: .*BuiltInLifecycleConfigArn is empty, not arn:/,
    );
    assert.equal(Object.values(record())[0]?.settled, false);
  });

  it("fails with the service's reason where an update failed, or the domain did", async () => {
    let status = "InService";
    const { run } = world(
      {},
      (now) => {
        status = "Update_Failed";
        return now;
      },
      () => status,
    );
    await assert.rejects(run(wish("built-in")), { message: "its status is Update_Failed: because" });
    await assert.rejects(world({}, merge, () => "Delete_Failed").run(wish("built-in")), {
      message: "its status is Delete_Failed: because",
    });
  });

  it("does not wait for ever for a domain that is being updated", async () => {
    await assert.rejects(world({}, merge, () => "Updating").run(wish("built-in")), /it is still Updating/);
  });

  it("lets go of a domain that is being deleted", async () => {
    assert.equal(await world({}, merge, () => "Deleting").run(undefined), undefined);
    assert.equal(await world({}, merge, () => "Failed").run(wish("built-in")), undefined, "one that was never made");
  });
});

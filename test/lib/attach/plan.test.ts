import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { AppSettings, AttachMode } from "../../../lib/attach/app-settings.ts";
import { ownConfigs } from "../../../lib/attach/lifecycle-config-name.ts";
import { overridingSettings } from "../../../lib/attach/overriding.ts";
import { listedFormer, plan, type DesiredAttachment } from "../../../lib/attach/plan.ts";
import type { AttachmentRecord } from "../../../lib/attach/record.ts";
import type { Settings } from "../../../lib/attach/settings-target.ts";

const DOMAIN = { domainId: "d-1" };
const PROFILE = { domainId: "d-1", profile: "ada" };
const isOurs = ownConfigs("studio-reaper-dev");
const arn = (name: string) => `arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/${name}`;
const ours = (hash: string) => ({
  JupyterLab: arn(`studio-reaper-dev-jupyterlab-${hash}`),
  CodeEditor: arn(`studio-reaper-dev-codeeditor-${hash}`),
});
const [OLD, NEW] = [ours("0123456789ab"), ours("ba9876543210")];
const desired = (overrides: Partial<DesiredAttachment> = {}): DesiredAttachment => ({
  mode: "built-in",
  arns: NEW,
  scope: "vacant",
  ...overrides,
});
const state = (settings: Settings, record: AttachmentRecord = {}, isNamed: (arn: string) => boolean = () => false) => ({
  settings,
  record,
  isOurs,
  isNamed,
});

const modes = fc.constantFrom<AttachMode>("built-in", "default");
const anArn = fc.constantFrom(arn("theirs"), arn("another"), arn("studio-reaper-prod-jupyterlab-0123456789ab"));
const appSettings: fc.Arbitrary<AppSettings> = fc.record(
  {
    BuiltInLifecycleConfigArn: anArn,
    DefaultResourceSpec: fc.record(
      { LifecycleConfigArn: anArn, InstanceType: fc.constant("ml.t3.large" as const) },
      { requiredKeys: [], noNullPrototype: true },
    ),
    LifecycleConfigArns: fc.uniqueArray(anArn),
    CodeRepositories: fc.constant<{ RepositoryUrl: string }[]>([{ RepositoryUrl: "https://example.com/a" }]),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const group = fc.record(
  {
    SecurityGroups: fc.constant<string[]>(["sg-1"]),
    JupyterLabAppSettings: appSettings,
    CodeEditorAppSettings: appSettings,
  },
  { requiredKeys: [], noNullPrototype: true },
);
const targets = fc.oneof(
  fc.record({
    key: fc.constant(DOMAIN),
    settings: fc.record(
      { DefaultUserSettings: group, DefaultSpaceSettings: group },
      { requiredKeys: ["DefaultUserSettings"], noNullPrototype: true },
    ),
  }),
  fc.record({ key: fc.constant(PROFILE), settings: fc.record({ UserSettings: group }, { noNullPrototype: true }) }),
);
const attachments = fc.record({
  mode: modes,
  scope: fc.constantFrom<DesiredAttachment["scope"]>("vacant", "overriding"),
  arns: fc.constantFrom(OLD, NEW),
});

describe("a plan", () => {
  it("for any attachments one after the other can be undone to settings deep-equal to before", () => {
    fc.assert(
      fc.property(targets, fc.array(attachments, { maxLength: 4 }), ({ key, settings }, inTurn) => {
        let current = state(settings);
        for (const one of [...inTurn, undefined]) {
          const next = plan(key, current, one);
          current = state(next.settings, next.finalRecord);
        }
        assert.deepEqual([current.settings, current.record], [settings, {}]);
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves listed what spaces name, and can all the same be undone once none does", () => {
    fc.assert(
      fc.property(targets, fc.array(attachments, { maxLength: 3 }), ({ key, settings }, inTurn) => {
        let current = state(settings, {}, () => true);
        for (const one of [...inTurn, undefined]) {
          const next = plan(key, current, one);
          const listedBefore = listedFormer(key, current.settings, isOurs);
          const listedAfter = new Set(listedFormer(key, next.settings, isOurs));
          assert.deepEqual(
            listedBefore.filter((arn) => !listedAfter.has(arn)),
            [],
          );
          current = state(next.settings, next.finalRecord, () => true);
        }
        const undone = plan(key, state(current.settings, current.record), undefined);
        assert.deepEqual([undone.settings, undone.finalRecord], [settings, {}]);
      }),
      { numRuns: 1000 },
    );
  });

  it("has nothing left to do once it is carried out", () => {
    fc.assert(
      fc.property(targets, attachments, ({ key, settings }, one) => {
        const first = plan(key, state(settings), one);
        const second = plan(key, state(first.settings, first.finalRecord), one);
        assert.deepEqual(
          [second.settings, second.finalRecord, second.changes],
          [first.settings, first.finalRecord, []],
        );
      }),
    );
  });

  it("has the same result where a run was cut off after its record, before or after its settings were sent", () => {
    fc.assert(
      fc.property(targets, attachments, attachments, fc.boolean(), ({ key, settings }, former, one, wasSent) => {
        const before = plan(key, state(settings), former);
        const whole = plan(key, state(before.settings, before.finalRecord), one);
        const again = plan(key, state(wasSent ? whole.settings : before.settings, whole.pendingRecord), one);
        assert.deepEqual([again.settings, again.finalRecord], [whole.settings, whole.finalRecord]);
      }),
    );
  });

  it("changes no setting that is neither vacant nor ours, unless it is to replace what overrides", () => {
    fc.assert(
      fc.property(targets, attachments, ({ key, settings }, one) => {
        for (const { from } of plan(key, state(settings), one).changes)
          assert.equal(from === null, one.scope === "vacant");
      }),
    );
  });

  it("takes what has our name but no record for attached where nothing was before", () => {
    const settings = { DefaultUserSettings: { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: OLD.JupyterLab } } };
    const { changes, finalRecord } = plan(DOMAIN, state(settings), desired());
    assert.deepEqual(
      changes.map(({ from, to }) => [from, to]),
      [
        [OLD.JupyterLab, NEW.JupyterLab],
        [null, NEW.CodeEditor],
      ],
    );
    assert.equal(finalRecord["DefaultUserSettings.JupyterLabAppSettings.BuiltInLifecycleConfigArn"]?.before, null);
  });

  it("does not take another deployment's configuration for ours", () => {
    const settings = {
      DefaultUserSettings: {
        JupyterLabAppSettings: { BuiltInLifecycleConfigArn: arn("studio-reaper-dev2-jupyterlab-0123456789ab") },
      },
    };
    assert.deepEqual(
      plan(DOMAIN, state(settings), desired()).skipped.map(({ reason }) => reason),
      ["occupied"],
    );
  });

  it("takes ours out of what users can choose, though another default was set since", () => {
    const attached = plan(DOMAIN, state({ DefaultUserSettings: {} }), desired({ mode: "default" }));
    const app = attached.settings.DefaultUserSettings?.JupyterLabAppSettings;
    const changed = {
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          ...app,
          DefaultResourceSpec: { LifecycleConfigArn: arn("theirs") },
          LifecycleConfigArns: [...(app?.LifecycleConfigArns ?? []), arn("theirs")],
        },
      },
    };
    const undone = plan(DOMAIN, state(changed, attached.finalRecord), undefined);
    assert.deepEqual(undone.settings, {
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          DefaultResourceSpec: { LifecycleConfigArn: arn("theirs") },
          LifecycleConfigArns: [arn("theirs")],
        },
      },
    });
    assert.deepEqual(
      undone.skipped.map(({ reason }) => reason),
      ["changed-since"],
    );
  });

  it("finds in a profile what runs instead of the domain's, and not the domain's own", () => {
    const settings = {
      UserSettings: {
        JupyterLabAppSettings: { BuiltInLifecycleConfigArn: arn("theirs") },
        CodeEditorAppSettings: { BuiltInLifecycleConfigArn: NEW.CodeEditor },
      },
    };
    assert.deepEqual(
      overridingSettings(PROFILE, settings, desired()).map(({ value }) => value),
      [arn("theirs")],
    );
  });
});

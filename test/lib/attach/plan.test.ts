import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { AppSettings, Way } from "../../../lib/attach/app-settings.ts";
import type { Settings } from "../../../lib/attach/holder.ts";
import { ownConfigs } from "../../../lib/attach/lifecycle-configs.ts";
import { overriding, plan, type Wish } from "../../../lib/attach/plan.ts";
import type { AttachmentRecord } from "../../../lib/attach/record.ts";

const DOMAIN = { domainId: "d-1" };
const PROFILE = { domainId: "d-1", profile: "ada" };
const isOurs = ownConfigs("studio-reaper-dev");
const arn = (name: string) => `arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/${name}`;
const ours = (hash: string) => ({
  JupyterLab: arn(`studio-reaper-dev-jupyterlab-${hash}`),
  CodeEditor: arn(`studio-reaper-dev-codeeditor-${hash}`),
});
const [OLD, NEW] = [ours("0123456789ab"), ours("ba9876543210")];
const wish = (overrides: Partial<Wish> = {}): Wish => ({ way: "built-in", arns: NEW, where: "vacant", ...overrides });
const known = (settings: Settings, record: AttachmentRecord = {}) => ({ settings, record, isOurs });

const aWay = fc.constantFrom<Way>("built-in", "default");
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
const holders = fc.oneof(
  fc.record({
    key: fc.constant(DOMAIN),
    settings: fc.record(
      { DefaultUserSettings: group, DefaultSpaceSettings: group },
      { requiredKeys: ["DefaultUserSettings"], noNullPrototype: true },
    ),
  }),
  fc.record({ key: fc.constant(PROFILE), settings: fc.record({ UserSettings: group }, { noNullPrototype: true }) }),
);
const wishes = fc.record({
  way: aWay,
  where: fc.constantFrom<Wish["where"]>("vacant", "overriding"),
  arns: fc.constantFrom(OLD, NEW),
});

describe("a plan", () => {
  it("for whatever wishes one after the other, can be undone to settings deep-equal to before", () => {
    fc.assert(
      fc.property(holders, fc.array(wishes, { maxLength: 4 }), ({ key, settings }, inTurn) => {
        let now = known(settings);
        for (const one of [...inTurn, undefined]) {
          const next = plan(key, now, one);
          now = known(next.settings, next.after);
        }
        assert.deepEqual(now, known(settings));
      }),
      { numRuns: 1000 },
    );
  });

  it("has nothing left to do once it is carried out", () => {
    fc.assert(
      fc.property(holders, wishes, ({ key, settings }, one) => {
        const first = plan(key, known(settings), one);
        const second = plan(key, known(first.settings, first.after), one);
        assert.deepEqual([second.settings, second.after, second.changes], [first.settings, first.after, []]);
      }),
    );
  });

  it("comes to the same where it was cut off after its record, before or after its settings were sent", () => {
    fc.assert(
      fc.property(holders, wishes, wishes, fc.boolean(), ({ key, settings }, former, one, wasSent) => {
        const before = plan(key, known(settings), former);
        const whole = plan(key, known(before.settings, before.after), one);
        const again = plan(key, known(wasSent ? whole.settings : before.settings, whole.ahead), one);
        assert.deepEqual([again.settings, again.after], [whole.settings, whole.after]);
      }),
    );
  });

  it("changes no setting that is neither vacant nor ours, unless it is to replace what overrides", () => {
    fc.assert(
      fc.property(holders, wishes, ({ key, settings }, one) => {
        for (const { from } of plan(key, known(settings), one).changes)
          assert.equal(from === null, one.where === "vacant");
      }),
    );
  });

  it("takes what is ours by its name, though there is no record, for attached to a place where nothing was", () => {
    const settings = { DefaultUserSettings: { JupyterLabAppSettings: { BuiltInLifecycleConfigArn: OLD.JupyterLab } } };
    const { changes, after } = plan(DOMAIN, known(settings), wish());
    assert.deepEqual(
      changes.map(({ from, to }) => [from, to]),
      [
        [OLD.JupyterLab, NEW.JupyterLab],
        [null, NEW.CodeEditor],
      ],
    );
    assert.equal(after["DefaultUserSettings.JupyterLabAppSettings.BuiltInLifecycleConfigArn"]?.before, null);
  });

  it("does not take another deployment's configuration for ours", () => {
    const settings = {
      DefaultUserSettings: {
        JupyterLabAppSettings: { BuiltInLifecycleConfigArn: arn("studio-reaper-dev2-jupyterlab-0123456789ab") },
      },
    };
    assert.deepEqual(
      plan(DOMAIN, known(settings), wish()).leftAlone.map(({ reason }) => reason),
      ["occupied"],
    );
  });

  it("takes ours out of what users can choose, though another default was set since", () => {
    const attached = plan(DOMAIN, known({ DefaultUserSettings: {} }), wish({ way: "default" }));
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
    const undone = plan(DOMAIN, known(changed, attached.after), undefined);
    assert.deepEqual(undone.settings, {
      DefaultUserSettings: {
        JupyterLabAppSettings: {
          DefaultResourceSpec: { LifecycleConfigArn: arn("theirs") },
          LifecycleConfigArns: [arn("theirs")],
        },
      },
    });
    assert.deepEqual(
      undone.leftAlone.map(({ reason }) => reason),
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
      overriding(PROFILE, settings, wish()).map(({ value }) => value),
      [arn("theirs")],
    );
  });
});

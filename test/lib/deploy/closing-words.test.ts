import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Journal } from "../../../lib/attach/journal.ts";
import { formatLeftBehind, formatOutcome, parseOutcome, type Waiting } from "../../../lib/attach/outcome.ts";
import { leftBehindWords } from "../../../lib/deploy/attached-words.ts";
import { alarmWords, closingWords, type Deployed, type PolicyTexts } from "../../../lib/deploy/closing-words.ts";
import { parameters } from "./builders.ts";

const LIVE = "version: 1\nmode: live\n";
const DRY_RUN = "version: 1\nmode: dry-run\n";
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The outcome of a run, as it is read back from its parameter. */
function outcomeOf(fill: (journal: Journal) => void, waiting?: Waiting) {
  const journal = new Journal(silent);
  fill(journal);
  return parseOutcome(formatOutcome(journal, waiting));
}

describe("the words at a deploy's end", () => {
  const words = (deployed: Partial<Deployed>) =>
    closingWords("studio-reaper-dev", "eu-central-1", {
      policy: { now: LIVE },
      attaches: true,
      outcome: undefined,
      ...deployed,
    }).join("\n");
  const said = (policy: PolicyTexts) => words({ policy });

  it("say the mode, that it changed, and how to change it", () => {
    assert.match(said({ now: LIVE }), /^Mode: live\. Idle apps are deleted; .*mode=dry-run/);
    assert.match(said({ before: DRY_RUN, now: LIVE }), /^Mode: live \(it was dry-run before\)\./);
    assert.match(said({ before: LIVE, now: LIVE }), /^Mode: live\./);
    assert.match(said({ before: LIVE, now: DRY_RUN }), /^Mode: dry-run \(it was live before\)\..*to go live/);
  });

  it("say which rules have a mode of their own", () => {
    const rules =
      "rules: [{name: lab, match: {space: a}, set: {mode: live}}, {match: {space: b}, set: {mode: dry-run}}]";
    assert.match(said({ now: `version: 1\nmode: live\n${rules}` }), /^Mode: live\..*Not so by rule 2: a dry run$/m);
    assert.match(
      said({ now: `version: 1\nmode: dry-run\n${rules}` }),
      /Not so by lab: live, which deletes idle apps$/m,
    );
  });

  it("say that nothing is deleted where the policy is gone or wrong", () => {
    for (const now of [undefined, "version: 2"]) assert.match(said({ now }), /^Mode: unknown, .*Nothing is deleted/);
  });

  it("say where the dashboard is", () => {
    assert.match(
      said({ now: LIVE }),
      new RegExp(
        "^Dashboard: https://console\\.aws\\.amazon\\.com/cloudwatch/home\\?region=eu-central-1" +
          "#dashboards/dashboard/studio-reaper-dev-eu-central-1$",
        "m",
      ),
    );
  });

  for (const [region, host] of [
    ["us-gov-west-1", "console.amazonaws-us-gov.com"],
    ["cn-north-1", "console.amazonaws.cn"],
  ] as const) {
    it(`say where the dashboard is in ${region}, whose console is another`, () => {
      const deployed = { policy: { now: LIVE }, attaches: true, outcome: undefined };
      const [, dashboard] = closingWords("studio-reaper-dev", region, deployed);
      assert.ok(dashboard?.startsWith(`Dashboard: https://${host}/cloudwatch/home?region=${region}#dashboards`));
    });
  }

  it("say what is attached, what is left alone and why, and what failed", () => {
    const outcome = outcomeOf((journal) => {
      for (const on of ["d-a", "d-b", "d-a/ada"]) journal.attach(on);
      journal.skip({ on: "d-b", setting: "DefaultUserSettings.JupyterLab", reason: "occupied", detail: "" });
      journal.skip({ on: "d-b", setting: "DefaultSpaceSettings.JupyterLab", reason: "occupied", detail: "" });
      journal.skip({ on: "d-c", reason: "unified-studio", detail: "" });
      journal.skip({ on: "d-a", reason: "aws-idle-shutdown", detail: "" });
      journal.skip({ on: "studio-reaper-dev-jupyterlab-0123456789ab", reason: "in-use", detail: "" });
      journal.fail("d-d", new Error("no UpdateDomain"));
    });
    assert.deepEqual(words({ outcome }).split("\n").slice(2), [
      "Attached: d-a, d-b, d-a/ada. What is new is attached within the hour",
      'Left alone: d-b (occupied), d-c (unified-studio); the README says what to do, under "What is attached"',
      "Failed, and tried again every hour: d-d: no UpdateDomain",
      "SageMaker's own idle shutdown is on, too, and stops apps unasked: d-a",
    ]);
  });

  it("are short, however much there is, and fit one parameter", () => {
    const fill = (journal: Journal) => {
      for (let i = 0; i < 900; i++) {
        const on = `d-${"x".repeat(58)}${100 + i}`;
        journal.attach(`${on}/${"p".repeat(63)}`);
        journal.skip({ on, reason: "occupied", detail: "" });
        journal.fail(on, new Error("\u00e9".repeat(1000)));
      }
    };
    const outcome = outcomeOf(fill);
    assert.deepEqual([outcome?.attached.count, outcome?.leftAlone.count, outcome?.failures.count], [900, 900, 900]);
    const journal = new Journal(silent);
    fill(journal);
    assert.ok(Buffer.byteLength(formatOutcome(journal, undefined)) <= 4096);
    assert.match(words({ outcome }), /^Attached: .* and 89\d more\./m);
  });

  it("say how many of the running apps report only after their next start, and nothing where none does", () => {
    const waiting = (apps: number) => words({ outcome: outcomeOf(() => undefined, { ...COUNTED, apps }) });
    assert.match(
      waiting(14),
      /^On 2026-11-26 at 03:20 UTC, 14 of the 20 running apps had no agent yet: they report after their next start$/m,
    );
    assert.doesNotMatch(waiting(0), /running apps/);
  });

  it("are right where nothing is attached, and where nothing is known of it", () => {
    assert.match(words({ outcome: outcomeOf(() => undefined) }), /^Attached: nothing\. Domains are looked for every/m);
    assert.match(
      words({ attaches: false }),
      /^No domain is attached \(domains=none\)\. Attach build\/on-start\.sh by/m,
    );
    for (const text of ["", "{}", '{"v": 2}']) assert.equal(parseOutcome(text), undefined);
    assert.match(words({ outcome: undefined }), /^Attached: unknown yet/m);
  });

  it("say at remove what stays in place, with the spaces that still name it, and nothing where all is undone", () => {
    const journal = new Journal(silent);
    assert.equal(formatLeftBehind(journal), undefined);
    const on = "studio-reaper-dev-jupyterlab-0123456789ab";
    journal.skip({ on, reason: "in-use", value: "d-a/adas, d-a/bobs", detail: "" });
    journal.skip({ on: "d-b", reason: "changed-since", detail: "" });
    journal.fail("d-c", new Error("no UpdateDomain"));
    assert.deepEqual(leftBehindWords(parseOutcome(formatLeftBehind(journal) ?? "")), [
      `Left in place: ${on} (in-use: d-a/adas, d-a/bobs), d-b (changed-since); the README says why, under "Remove"`,
      "Could not be undone: d-c: no UpdateDomain",
    ]);
    assert.deepEqual(leftBehindWords(undefined), []);
  });

  it("say who is told of alarms", () => {
    const alarms = (given: Record<string, string>) => alarmWords(parameters(given)).join();
    assert.match(alarms({}), /No one is told of alarms yet/);
    assert.match(alarms({ alarmEmail: "ops@example.com" }), /ops@example\.com .* confirmed/);
    assert.equal(alarms({ alarmTopic: "arn:aws:sns:us-east-1:123456789012:alarms" }), "");
  });
});

const COUNTED: Waiting = { apps: 14, of: 20, at: "2026-11-26T03:20:11.000Z" };

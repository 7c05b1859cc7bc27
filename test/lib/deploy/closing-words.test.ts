import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { closingWords, nextSteps, type PolicyTexts } from "../../../lib/deploy/closing-words.ts";
import { parameters } from "./builders.ts";

const LIVE = "version: 1\nmode: live\n";
const DRY_RUN = "version: 1\nmode: dry-run\n";

describe("the words at a deploy's end", () => {
  const deployment = (given: Record<string, string> = {}) => ({
    name: "studio-reaper-dev",
    parameters: parameters(given),
    policy: "",
  });
  const said = (policy: PolicyTexts) => closingWords(deployment(), "eu-central-1", policy).join("\n");

  it("say the mode, that it changed, and how to change it", () => {
    assert.match(said({ now: LIVE }), /^Mode: live\. Idle apps are deleted; .*mode=dry-run/);
    assert.match(said({ before: DRY_RUN, now: LIVE }), /^Mode: live \(it was dry-run before\)\./);
    assert.match(said({ before: LIVE, now: LIVE }), /^Mode: live\./);
    assert.match(said({ before: LIVE, now: DRY_RUN }), /^Mode: dry-run \(it was live before\)\..*to go live/);
  });

  it("say that nothing is deleted where the policy is gone or wrong", () => {
    for (const now of [undefined, "version: 2"]) assert.match(said({ now }), /^Mode: unknown, .*Nothing is deleted/);
  });

  it("say where the dashboard is", () => {
    assert.match(
      said({ now: LIVE }),
      /^Dashboard: https:\/\/console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-central-1#dashboards\/dashboard\/studio-reaper-dev-eu-central-1$/m,
    );
  });

  it("say that running apps report after their next start, and what is left to do where nothing is attached", () => {
    const steps = (given?: Record<string, string>) => nextSteps(deployment(given)).join();
    assert.match(steps(), /report only after their next start/);
    assert.match(steps({ domains: "none" }), /No domain is attached\. Attach build\/on-start\.sh by hand/);
    assert.doesNotMatch(steps({ domains: "none" }), /next start/);
  });

  it("say who is told of alarms", () => {
    assert.match(nextSteps(deployment()).join(), /No one is told of alarms yet/);
    assert.match(nextSteps(deployment({ alarmEmail: "ops@example.com" })).join(), /ops@example\.com .* confirmed/);
    const topic = "arn:aws:sns:us-east-1:123456789012:alarms";
    assert.doesNotMatch(nextSteps(deployment({ alarmTopic: topic })).join(), /alarms/);
  });
});

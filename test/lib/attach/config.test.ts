import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAttachConfig } from "../../../lib/attach/config.ts";

const POLICY = "arn:aws:iam::123456789012:policy/heartbeats";
const required = { DEPLOYMENT: "studio-reaper-dev", HEARTBEAT_POLICY_ARN: POLICY };

describe("the attachment's environment", () => {
  it("has the documented defaults", () => {
    assert.deepEqual(readAttachConfig({ ...required, LAMBDA_TASK_ROOT: "/var/task" }), {
      prefix: "/studio-reaper",
      deployment: "studio-reaper-dev",
      domains: "all",
      mode: "built-in",
      profiles: "report",
      attachRoles: true,
      policyArn: POLICY,
      tags: {},
      scriptFile: "/var/task/build/on-start.sh",
      agentFile: "/var/task/build/agent.lzma",
    });
  });

  it("takes each setting", () => {
    const given = {
      ...required,
      PARAMETER_PREFIX: "/a/b",
      ATTACH_DOMAINS: "d-a, d-b",
      ATTACH_AS: "default",
      ATTACH_PROFILES: "change",
      ATTACH_ROLES: "false",
      RESOURCE_TAGS: '{"team": "ml"}',
      ON_START_FILE: "/x.sh",
      AGENT_FILE: "/x.zz",
    };
    const { prefix, domains, mode, profiles, attachRoles, tags, scriptFile, agentFile } = readAttachConfig(given);
    assert.deepEqual(
      [prefix, domains, mode, profiles, attachRoles, tags, scriptFile, agentFile],
      ["/a/b", ["d-a", "d-b"], "default", "change", false, { team: "ml" }, "/x.sh", "/x.zz"],
    );
    assert.deepEqual(readAttachConfig({ ...required, ATTACH_DOMAINS: "none" }).domains, []);
  });

  const mistakes: [name: string, value: string | undefined, message: RegExp][] = [
    ["DEPLOYMENT", undefined, /^DEPLOYMENT: .*got nothing$/],
    ["DEPLOYMENT", "a".repeat(40), /^DEPLOYMENT: expected at most 39 characters/],
    ["DEPLOYMENT", "a/b", /^DEPLOYMENT: expected letters, digits and hyphens.* got "a\/b"$/],
    ["HEARTBEAT_POLICY_ARN", "heartbeats", /^HEARTBEAT_POLICY_ARN: expected the ARN/],
    ["ATTACH_DOMAINS", "", /^ATTACH_DOMAINS: expected all, none, or domain ids.* got ""$/],
    ["ATTACH_DOMAINS", "d-a,everything", /^ATTACH_DOMAINS: /],
    ["ATTACH_AS", "builtin", /^ATTACH_AS: expected built-in or default, got "builtin"$/],
    ["ATTACH_PROFILES", "yes", /^ATTACH_PROFILES: expected report or change/],
    ["ATTACH_ROLES", "", /^ATTACH_ROLES: expected true or false, got ""$/],
    ["RESOURCE_TAGS", "team=ml", /^RESOURCE_TAGS: expected a JSON object/],
    ["RESOURCE_TAGS", '{"team": 1}', /^RESOURCE_TAGS: .*got "\{/],
    ["ON_START_FILE", "", /^ON_START_FILE: /],
    ["AGENT_FILE", "", /^AGENT_FILE: /],
    ["PARAMETER_PREFIX", "", /^PARAMETER_PREFIX: /],
  ];
  for (const [name, value, message] of mistakes) {
    it(`is refused with ${name}=${value ?? "nothing"}`, () => {
      assert.throws(() => readAttachConfig({ ...required, [name]: value }), { message });
    });
  }
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { givenParameters } from "../../../lib/deploy/given-parameters.ts";
import { PARAMETER_NAMES, checkParameters } from "../../../lib/deploy/parameters.ts";
import { MAX_PREFIX_LENGTH } from "../../../lib/domain/parameter-prefix.ts";
import { Refused } from "../../../lib/deploy/refused.ts";
import { DEFAULTS, parameters } from "./builders.ts";

const refusal = (message: RegExp) => (error: unknown) => error instanceof Refused && message.test(error.message);

describe("a deploy's parameters", () => {
  it("are all in serverless.yml, each with a default, and no other", () => {
    assert.deepEqual(Object.keys(DEFAULTS), PARAMETER_NAMES);
  });

  it("attach every domain and its roles, and change nobody's profile, unless told otherwise", () => {
    const { domains, attachAs, profiles, attachRoles, mode, policy, prefix } = parameters();
    assert.deepEqual(
      { domains, attachAs, profiles, attachRoles, mode, policy, prefix },
      {
        domains: "all",
        attachAs: "built-in",
        profiles: "report",
        attachRoles: true,
        mode: "policy",
        policy: "keep-edits",
        prefix: "/studio-reaper",
      },
    );
  });

  it("may be numbers and booleans in YAML", () => {
    const { logRetention, tracing } = checkParameters({ ...DEFAULTS, logRetention: 7, tracing: true });
    assert.deepEqual({ logRetention, tracing }, { logRetention: 7, tracing: true });
  });

  it("name domains, tags and an endpoint's parts as lists", () => {
    const given = parameters({
      domains: "d-a, d-b",
      tags: "team=data,url=https://a/b=c",
      vpcId: "vpc-12345678",
      subnetIds: "subnet-12345678,subnet-87654321",
      securityGroupIds: "sg-12345678",
    });
    assert.deepEqual(given.domains, ["d-a", "d-b"]);
    assert.deepEqual(given.tags, { team: "data", url: "https://a/b=c" });
    assert.deepEqual(given.subnetIds, ["subnet-12345678", "subnet-87654321"]);
  });

  const wrong: readonly [name: string, value: string, message: RegExp][] = [
    ["prefix", "", /prefix: expected .* like \/studio-reaper, got ""$/],
    ["prefix", "studio-reaper", /prefix: expected .*, got "studio-reaper"/],
    ["prefix", "/studio-reaper/", /prefix: expected/],
    ["prefix", "/aws/reaper", /prefix: must not begin with aws or ssm/],
    ["prefix", `/${"a".repeat(MAX_PREFIX_LENGTH)}`, /prefix: must have at most 80 characters, got "\/a+"$/],
    ["schedule", "0", /schedule: expected rate\(5 minutes\).*, got "0"/],
    ["schedule", "", /schedule: must not be empty, got ""/],
    ["schedule", "rate(0 minutes)", /schedule: expected .*, got "rate\(0 minutes\)"/],
    ["schedule", "rate(60 seconds)", /schedule: expected/],
    ["mode", "dry_run", /mode: expected live, dry-run or policy, got "dry_run"/],
    ["policy", "force", /policy: expected keep-edits or overwrite, got "force"/],
    ["domains", "", /domains: must not be empty/],
    [
      "domains",
      "sandbox",
      /domains: expected all, none, or domain ids like d-abc123, separated by commas, got "sandbox"/,
    ],
    ["domains", "d-a,", /domains: expected/],
    ["domains", "d-a,d-a", /domains: names one twice/],
    ["attachAs", "builtin", /attachAs: expected built-in or default, got "builtin"/],
    ["profiles", "yes", /profiles: expected report or change/],
    ["attachRoles", "yes", /attachRoles: expected true or false, got "yes"/],
    ["alarmEmail", "ops", /alarmEmail: expected an e-mail address or none, got "ops"/],
    ["alarmTopic", "alarms", /alarmTopic: expected an SNS topic's ARN or none/],
    ["coverage", "80", /coverage: must be at most 1, got "80"/],
    ["coverage", "", /coverage: must not be empty/],
    ["coverage", "most", /coverage: expected a share between 0 and 1, got "most"/],
    ["coverage", "0", /coverage: must be above 0/],
    ["tags", "team", /tags: expected key=value pairs/],
    ["tags", "aws:team=a", /tags: expected key=value pairs/],
    ["events", "on", /events: expected true or false/],
    ["tracing", "on", /tracing: expected true or false/],
    ["logRetention", "31", /logRetention: expected a number of days that CloudWatch Logs knows: 1, 3.*, got "31"/],
    ["logRetention", "0", /logRetention: expected/],
    ["vpcId", "vpc", /vpcId: expected a VPC's id/],
    ["vpcId", "vpc-12345678", /subnetIds: an endpoint needs vpcId, subnetIds and securityGroupIds/],
    ["securityGroupIds", "sg-12345678", /securityGroupIds: an endpoint needs/],
    ["prefx", "/x", /prefx: no such parameter; there are prefix, schedule, mode/],
  ];
  for (const [name, value, message] of wrong) {
    it(`are refused for ${name}=${value}`, () => {
      assert.throws(() => parameters({ [name]: value }), refusal(message));
    });
  }

  it("are refused where an address is given together with a topic, whose subscriptions are the admin's", () => {
    const given = { alarmEmail: "ops@example.com", alarmTopic: "arn:aws:sns:us-east-1:123456789012:alarms" };
    assert.throws(() => parameters(given), refusal(/alarmEmail: alarmTopic is given, too/));
  });

  it("are refused where one is missing", () => {
    assert.throws(() => checkParameters({ ...DEFAULTS, mode: undefined }), refusal(/mode: /));
    assert.throws(() => checkParameters({}), refusal(/prefix: is missing/));
  });

  it("that are wrong are all named", () => {
    assert.throws(
      () => parameters({ mode: "on", prefix: "x", coverage: "2" }),
      (error) => error instanceof Refused && error.message.split("\n").length === 4,
    );
  });
});

describe("what is given", () => {
  const params = { default: { mode: "policy", prefix: "/a" }, prod: { mode: "live" } };

  it("on the command line precedes a stage's own, and that precedes the default", () => {
    assert.deepEqual(givenParameters(params, "prod", []), { mode: "live", prefix: "/a" });
    assert.deepEqual(givenParameters(params, "prod", ["mode=dry-run"]), { mode: "dry-run", prefix: "/a" });
    assert.deepEqual(givenParameters(params, "dev", []), { mode: "policy", prefix: "/a" });
  });

  it("may contain an equals sign, or be empty", () => {
    assert.deepEqual(givenParameters({}, "dev", ["tags=a=b", "prefix="]), { tags: "a=b", prefix: "" });
  });

  it("is refused without a name or a value", () => {
    for (const given of ["mode", "=live"])
      assert.throws(() => givenParameters({}, "dev", [given]), refusal(/--param: expected name=value, got/));
  });
});

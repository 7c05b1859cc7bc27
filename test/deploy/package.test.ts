import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import * as v from "valibot";
import { buildAgent } from "../../lcc/build.ts";
import { readAgent } from "../../lib/attach/agent.ts";
import { MAX_PREFIX_LENGTH } from "../../lib/domain/parameter-prefix.ts";
import { devTools } from "../studio/python.ts";
import { Project } from "./project.ts";

const run = promisify(execFile);
/** The most bytes of one bundled file, all of which Lambda reads at a cold start. */
const MOST_BYTES = 475_000;

/** Addresses at which no server answers, so that every call fails. */
const NOWHERE = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
};

/** The parameters that make the largest stack, and below those that make the smallest. */
const EVERYTHING = [
  "prefix=/team/reaper",
  "domains=d-a,d-b",
  "mode=dry-run",
  "events=true",
  "tracing=true",
  "profiles=change",
  "permissionsBoundary=arn:aws:iam::123456789012:policy/boundary",
  "tags=team=data,cost=42",
  "alarmEmail=ops@example.com",
  "vpcId=vpc-12345678",
  "subnetIds=subnet-12345678",
  "securityGroupIds=sg-12345678,sg-87654321",
];
const AS_LITTLE_AS_CAN_BE = ["domains=none", "alarmTopic=arn:aws:sns:us-east-1:123456789012:alarms"];
const params = (given: readonly string[]) => given.flatMap((one) => ["--param", one]);

/** The characters that IAM counts, with a long partition and region, and 100 for each ARN of the stack's own. */
const charactersOf = (value: unknown): number =>
  JSON.stringify(value)
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, "$1")
    .replaceAll("${AWS::Partition}", "aws-us-gov")
    .replaceAll("${AWS::Region}", "ap-southeast-1")
    .replaceAll("${AWS::AccountId}", "123456789012")
    .replaceAll(/\{"(Ref|Fn::GetAtt)":[^}]*\}/g, `"${"x".repeat(100)}"`)
    .replaceAll(/\s/g, "").length;

const Document = v.object({ Statement: v.array(v.object({ Condition: v.optional(v.unknown()) })) });

describe("serverless package", () => {
  let project: Project;
  before(async () => {
    project = await Project.copy();
  });
  after(() => project[Symbol.asyncDispose]());

  async function package_(given: readonly string[] = []) {
    const { code, output } = await project.serverless(["package", ...params(given)], NOWHERE);
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /warning/i);
    return project.template();
  }

  async function lint(region = "us-east-1"): Promise<void> {
    const { stdout } = await run(join((await devTools()).bin, "cfn-lint"), [
      "--regions",
      region,
      "--",
      project.templateFile,
    ]);
    assert.equal(stdout, "");
  }

  it("needs neither network nor credentials, and makes a template that passes cfn-lint", async () => {
    const { Resources } = await package_();
    await lint();
    assert.equal(Resources["Attachment"]?.Type, "Custom::StudioAttachment");
    assert.ok(!("SsmEndpoint" in Resources || "TracePolicy" in Resources));
    assert.equal(Resources["Policy"]?.Properties["Value"], await readFile(join(project.folder, "policy.yml"), "utf8"));
  });

  for (const [region, host] of [
    ["us-gov-west-1", "console.amazonaws-us-gov.com"],
    ["cn-north-1", "console.amazonaws.cn"],
  ] as const) {
    it(`makes a template for ${region} that passes cfn-lint, with its partition's console and ARNs`, async () => {
      const endpoint = ["vpcId=vpc-12345678", "subnetIds=subnet-12345678", "securityGroupIds=sg-12345678"];
      const { code, output } = await project.serverless(["package", "--region", region, ...params(endpoint)], NOWHERE);
      assert.equal(code, 0, output);
      await lint(region);
      const text = await readFile(project.templateFile, "utf8");
      assert.match(text, new RegExp(`https://${host.replaceAll(".", "\\.")}/cloudwatch/home`));
      assert.doesNotMatch(text, /arn:aws:|console\.aws\.amazon\.com/);
    });
  }

  it("makes one bundled file per function, small enough to start fast, and gives the agent to attach", async () => {
    const { python } = await devTools();
    for (const [name, files] of [
      ["sweep", ["sweep.mjs"]],
      ["attach", ["agent.lzma", "attach.mjs", "on-start.sh"]],
    ] as const) {
      const folder = join(project.folder, name);
      await run(python, ["-m", "zipfile", "-e", join(project.folder, `.serverless/${name}.zip`), folder]);
      const found = (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);
      assert.deepEqual(found.sort(), files);
      const { size } = await stat(join(folder, `handlers/${name}.mjs`));
      assert.ok(size <= MOST_BYTES, `${name}.mjs has ${size} bytes`);
    }
    const built = (name: string) => readFile(join(project.folder, "attach/build", name));
    const [script, archive] = [await built("on-start.sh"), await built("agent.lzma")];
    assert.deepEqual(readAgent(script.toString(), archive).pieces, (await buildAgent()).pieces);
  });

  it("fits the longest prefix and the most names into the script, and into IAM's limits of policies", async () => {
    const domains = Array.from({ length: 10 }, (_, i) => `d-abcdefghij${10 + i}`).join(",");
    const { Resources } = await package_([
      `prefix=/${"p".repeat(MAX_PREFIX_LENGTH - 1)}`,
      "events=true",
      "tracing=true",
      "profiles=change",
      `domains=${domains}`,
    ]);
    assert.ok(charactersOf(Resources["HeartbeatPolicy"]?.Properties["PolicyDocument"]) <= 6144);
    for (const name of ["SweepRole", "AttachRole"]) {
      const added = Object.values(Resources).filter(
        ({ Type, Properties }) => Type === "AWS::IAM::Policy" && JSON.stringify(Properties["Roles"]).includes(name),
      );
      const documents = [
        Resources[name]?.Properties["Policies"],
        ...added.map((one) => one.Properties["PolicyDocument"]),
      ];
      const characters = charactersOf(documents);
      assert.ok(characters <= 10_240, `${name}: ${characters}`);
    }
  });

  it("makes the largest stack, and its template passes cfn-lint", async () => {
    const { Resources } = await package_(EVERYTHING);
    await lint();
    for (const name of [
      "SsmEndpoint",
      "SsmEndpointSecurityGroup",
      "TracePolicy",
      "PublishPolicy",
      "AlarmTopic",
      "AttachSchedule",
      "AttachFailedAlarm",
    ])
      assert.ok(name in Resources, name);
    assert.deepEqual(Resources["AlarmTopic"]?.Properties["Subscription"], [
      { Protocol: "email", Endpoint: "ops@example.com" },
    ]);
    assert.match(String(Resources["Policy"]?.Properties["Value"]), /^mode: dry-run/m);
    const roles = Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::IAM::Role");
    for (const [name, { Properties }] of roles)
      assert.equal(Properties["PermissionsBoundary"], "arn:aws:iam::123456789012:policy/boundary", name);
    assert.doesNotMatch(JSON.stringify(Resources["AttachRole"]), /domain\/\*/);
    assert.match(
      await readFile(join(project.folder, "build/on-start.sh"), "utf8"),
      /PARAMETER_PREFIX:-\/team\/reaper\}/,
    );
  });

  it("gives attach no power over roles with attachRoles=false, else over one policy, named exactly", async () => {
    const { Resources } = await package_();
    const exactly = { ArnEquals: { "iam:PolicyARN": { Ref: "HeartbeatPolicy" } } };
    const conditions = [Resources["AttachToRolesPolicy"], Resources["DetachFromRolesPolicy"]].map(
      (policy) => v.parse(Document, policy?.Properties["PolicyDocument"]).Statement[0]?.Condition,
    );
    assert.deepEqual(conditions, [exactly, { ArnEquals: { "iam:PolicyARN": [{ Ref: "HeartbeatPolicy" }] } }]);
    const without = await package_(["attachRoles=false"]);
    await lint();
    const attach = Object.entries(without.Resources).filter(([name]) => /Attach|Detach/.test(name));
    assert.doesNotMatch(JSON.stringify(attach), /"iam:/);
  });

  it("says in the stack's description what it is", async () => {
    await package_();
    const template = v.parse(
      v.object({ Description: v.string() }),
      JSON.parse(await readFile(project.templateFile, "utf8")),
    );
    assert.match(template.Description, /^Studio Reaper\. Deletes idle SageMaker Studio apps/);
  });

  it("makes the smallest stack, and its template passes cfn-lint", async () => {
    const { Resources } = await package_(AS_LITTLE_AS_CAN_BE);
    await lint();
    for (const name of [
      "Attachment",
      "AttachLambdaFunction",
      "AttachLogGroup",
      "AttachRole",
      "AttachToRolesPolicy",
      "DetachFromRolesPolicy",
      "ChangeProfilesPolicy",
      "AttachSchedule",
      "AttachFailedAlarm",
      "AlarmTopic",
      "SsmEndpoint",
      "TracePolicy",
      "PublishPolicy",
    ])
      assert.ok(!(name in Resources), name);
    assert.deepEqual(Resources["SweepFailedAlarm"]?.Properties["AlarmActions"], [
      "arn:aws:sns:us-east-1:123456789012:alarms",
    ]);
  });
});

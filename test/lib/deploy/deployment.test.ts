import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readDeployment } from "../../../lib/deploy/deployment.ts";
import type { Recorded } from "../../../lib/deploy/attach-permissions.ts";
import { stackValues } from "../../../lib/deploy/stack-values.ts";
import { DEFAULTS, parameters } from "./builders.ts";

const read = (stage: string, policyFile?: string, ...commandLine: readonly string[]) =>
  readDeployment({
    service: "studio-reaper",
    stage,
    params: { default: DEFAULTS },
    commandLine,
    policyFile,
    region: "eu-central-1",
  });

describe("a deployment", () => {
  it("is named after its service and stage", () => {
    assert.equal(read("dev").name, "studio-reaper-dev");
  });

  it("has a name that leaves a lifecycle configuration's name room, and that ARNs can have", () => {
    assert.equal(`${read("a".repeat(25)).name}-codeeditor-${"0".repeat(12)}`.length, 63);
    for (const stage of ["a".repeat(26), "Prod", "dev-"])
      assert.throws(
        () => read(stage),
        /stage: expected lower-case letters, digits and hyphens between them, at most 25, got/,
      );
  });

  it("has its alarms' topic in its own region", () => {
    const topic = (region: string) => `alarmTopic=arn:aws:sns:${region}:123456789012:alarms`;
    assert.equal(
      read("dev", undefined, topic("eu-central-1")).parameters.alarmTopic,
      "arn:aws:sns:eu-central-1:123456789012:alarms",
    );
    assert.throws(
      () => read("dev", undefined, topic("us-east-1")),
      /alarmTopic: expected a topic in eu-central-1, where the deploy goes, got arn:aws:sns:us-east-1/,
    );
  });

  it("needs no valid policy where none is deployed, as at remove", () => {
    assert.equal(read("dev", undefined).policy, "");
    assert.throws(() => read("dev", "version: 1"), /mode: is missing/);
  });
});

describe("a stack's values", () => {
  const values = (given: Record<string, string> = {}, onStart = "exit 0") =>
    stackValues({ name: "studio-reaper-dev", parameters: parameters(given), policy: "", onStart });
  const revision = (given: Record<string, string> = {}, onStart?: string) => values(given, onStart).attach.revision;

  it("update the attachment when its script or one of its settings changed, and only then", () => {
    const changed = [
      revision(),
      revision({}, "exit 1"),
      revision({ domains: "d-a" }),
      revision({ attachAs: "default" }),
      revision({ profiles: "change" }),
      revision({ attachRoles: "false" }),
      revision({ tags: "a=b" }),
    ];
    assert.equal(new Set(changed).size, changed.length);
    assert.equal(revision({ schedule: "rate(5 minutes)", logRetention: "7" }), revision());
  });

  it("have no alarm for the attachment where nothing is attached", () => {
    assert.ok("AttachFailedAlarm" in values().operations.Resources);
    assert.ok(!("AttachFailedAlarm" in values({ domains: "none" }).operations.Resources));
  });

  const profileRecord = [{ domainId: "d-b", profile: "ada" }];
  const permissions = (
    given: Record<string, string>,
    targets: Recorded["targets"] = [],
    roles: Recorded["roles"] = [],
  ) => {
    const { attach } = stackValues({
      name: "n",
      parameters: parameters(given),
      policy: "",
      onStart: "",
      recorded: { targets, roles },
    });
    const ends = (arns: readonly { "Fn::Sub": string }[]) => arns.map((one) => one["Fn::Sub"].split(":").at(-1));
    return {
      ...attach,
      domains: ends(attach.domainArns),
      profiles: ends(attach.changedProfileArns),
      spaces: ends(attach.spaceArns),
      detached: ends(attach.detachedRoleArns),
    };
  };

  it("permit attach to reach the domains of the parameters, and what it must restore, and no others", () => {
    assert.deepEqual(permissions({}).domains, ["domain/*"]);
    assert.deepEqual(permissions({ domains: "d-a" }).domains, ["domain/d-a"]);
    assert.deepEqual(permissions({ domains: "d-a" }).spaces, ["space/d-a/*"]);
    assert.deepEqual(permissions({ domains: "d-a" }, [{ domainId: "d-b" }]).domains, ["domain/d-a", "domain/d-b"]);
  });

  it("permit attach to reach all domains where IAM's limit of a role's policies has no room for the names", () => {
    const recorded = Array.from({ length: 40 }, (_, i) => ({ domainId: `d-${i}`, profile: "ada" }));
    const { domains, profiles } = permissions({ domains: "d-a" }, recorded);
    assert.deepEqual([domains, profiles], [["domain/*"], ["user-profile/*/*"]]);
  });

  it("permit attach to change profiles and roles where a parameter says so, or a profile is to be restored", () => {
    assert.equal(permissions({}).changesProfiles, false);
    assert.deepEqual(permissions({ profiles: "change" }).profiles, ["user-profile/*/*"]);
    assert.deepEqual(permissions({}, profileRecord).profiles, ["user-profile/d-b/*"]);
    assert.equal(permissions({}, profileRecord).changesProfiles, true);
    assert.equal(permissions({}).toRoles, true);
    assert.equal(permissions({ attachRoles: "false" }).toRoles, false);
    assert.equal(permissions({ domains: "none" }).toRoles, false);
  });

  const recordOf = (name: string) => ({ name, policyArn: "arn:aws:iam::123456789012:policy/former" });
  const leaveRoles = { attachRoles: "false" };

  it("permit attach to detach its policy where it attaches it, or from roles that an earlier deploy attached", () => {
    assert.deepEqual([permissions({}).detachesFromRoles, permissions({}).detached], [true, ["role/*"]]);
    assert.equal(permissions(leaveRoles).detachesFromRoles, false);
    assert.equal(permissions({ domains: "none" }, [], [recordOf("ada")]).detachesFromRoles, false);
    const { detachesFromRoles, detached } = permissions(leaveRoles, [], [recordOf("ada")]);
    assert.deepEqual([detachesFromRoles, detached], [true, ["role/ada", "role/*/ada"]]);
    const many = Array.from({ length: 40 }, (_, i) => recordOf(`role-${i}`));
    assert.deepEqual(permissions(leaveRoles, [], many).detached, ["role/*"]);
  });

  it("name the heartbeat policy exactly, and a former one where a role still has that", () => {
    assert.deepEqual(permissions({}).heartbeatPolicyArns, [{ Ref: "HeartbeatPolicy" }]);
    assert.deepEqual(permissions({}, [], [recordOf("ada"), recordOf("bob")]).heartbeatPolicyArns, [
      { Ref: "HeartbeatPolicy" },
      "arn:aws:iam::123456789012:policy/former",
    ]);
  });

  it("admit the apps' security groups to the endpoint, and no others", () => {
    const { ingress } = values({
      vpcId: "vpc-12345678",
      subnetIds: "subnet-12345678",
      securityGroupIds: "sg-12345678,sg-87654321",
    }).endpoint;
    assert.deepEqual(
      ingress.map(({ SourceSecurityGroupId, FromPort, ToPort }) => [SourceSecurityGroupId, FromPort, ToPort]),
      [
        ["sg-12345678", 443, 443],
        ["sg-87654321", 443, 443],
      ],
    );
  });
});

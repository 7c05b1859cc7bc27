import { createHash } from "node:crypto";
import { operationsResources } from "../operations/resources.ts";
import { attachPermissions, type Recorded } from "./attach-permissions.ts";
import type { Parameters } from "./parameters.ts";

/** What the values of one stack follow from. */
export type StackInput = {
  readonly name: string;
  readonly parameters: Parameters;
  readonly policy: string;
  readonly onStart: string;
  readonly recorded?: Recorded;
};

const NOTHING_RECORDED: Recorded = { targets: [], roles: [] };

/** How often `attach` looks for new domains. */
const ATTACH_SCHEDULE = "rate(1 hour)";

/** The values of serverless.yml's `${deploy:…}`: parameters, and what follows from them. */
export function stackValues({ name, parameters, policy, onStart, recorded = NOTHING_RECORDED }: StackInput) {
  const {
    prefix,
    schedule,
    domains,
    events,
    tracing,
    logRetention,
    tags = {},
    alarmTopic,
    alarmEmail,
    vpcId = "none",
    subnetIds = [],
    securityGroupIds = [],
  } = parameters;
  const attachment = {
    domains: typeof domains === "string" ? domains : domains.join(","),
    as: parameters.attachAs,
    profiles: parameters.profiles,
    roles: String(parameters.attachRoles),
  };
  const attaches = domains !== "none";
  const { changesProfiles, detachesFromRoles, ...permissions } = attachPermissions(parameters, recorded);
  return {
    name,
    prefix,
    schedule,
    events,
    tracing,
    logRetention,
    tags,
    tagsJson: JSON.stringify(tags),
    policy,
    attach: {
      ...attachment,
      ...permissions,
      any: attaches,
      toRoles: attaches && parameters.attachRoles,
      detachesFromRoles: attaches && detachesFromRoles,
      changesProfiles: attaches && changesProfiles,
      schedule: ATTACH_SCHEDULE,
      revision: revision({ ...attachment, tags, onStart }),
    },
    alarms: {
      ownTopic: alarmTopic === undefined,
      topic: alarmTopic ?? "none",
      subscriptions: alarmEmail === undefined ? [] : [{ Protocol: "email", Endpoint: alarmEmail }],
    },
    endpoint: {
      any: vpcId !== "none",
      vpcId,
      subnetIds,
      ingress: securityGroupIds.map((SourceSecurityGroupId) => ({
        IpProtocol: "tcp",
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId,
        Description: "Studio apps",
      })),
    },
    operations: {
      Resources: operationsResources({
        name,
        sweep: { functionName: `${name}-sweep`, schedule },
        ...(attaches && { attach: { functionName: `${name}-attach`, schedule: ATTACH_SCHEDULE } }),
        coverageShare: parameters.coverage,
        alarmTopic: alarmTopic ?? { Ref: "AlarmTopic" },
      }),
    },
  };
}

/** Changes with the script and with each setting of the attachment, so that CloudFormation updates the attachment. */
function revision(of: object): string {
  return createHash("sha256").update(JSON.stringify(of)).digest("hex").slice(0, 12);
}

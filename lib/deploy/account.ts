import { type CloudFormationClient, GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import type { IAMClient } from "@aws-sdk/client-iam";
import { DescribeDomainCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { readParameter } from "../aws/parameters.ts";
import { unlessNamed } from "../domain/errors.ts";

/** The policy parameter of a stack's template. */
export type DeployedPolicy = { readonly name: string; readonly text: string };

/** What a stack's template says, whether it has the attachment, and whether that may change all roles. */
export type DeployedStack = {
  readonly policy?: DeployedPolicy;
  readonly attaches: boolean;
  readonly detachesFromAllRoles: boolean;
};

/** The account that a deploy goes to. */
export type Account = {
  /** The stack of the last deploy, where there was one. */
  stack(name: string): Promise<DeployedStack | undefined>;
  parameter(name: string): Promise<string | undefined>;
  writePolicy(name: string, text: string): Promise<void>;
  hasDomain(domainId: string): Promise<boolean>;
};

export type AccountClients = {
  readonly cloudFormation: CloudFormationClient;
  readonly iam: IAMClient;
  readonly sageMaker: SageMakerClient;
  readonly ssm: SSMClient;
};

const Policy = v.object({ Properties: v.object({ Name: v.string(), Value: v.string() }) });
const Template = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Resources: v.object({
      Policy: v.optional(Policy),
      Attachment: v.optional(v.unknown()),
      AttachToRolesPolicy: v.optional(v.unknown()),
      AttachRole: v.optional(v.unknown()),
    }),
  }),
);

/** The account that these clients lead to. */
export function createAccount({ cloudFormation, sageMaker, ssm }: Omit<AccountClients, "iam">): Account {
  return {
    async stack(name) {
      const template = await unlessNamed(
        cloudFormation.send(new GetTemplateCommand({ StackName: name })),
        "ValidationError",
      );
      if (template?.TemplateBody === undefined) return undefined;
      const { Policy: policy, Attachment, ...roles } = v.parse(Template, template.TemplateBody).Resources;
      return {
        ...(policy && { policy: { name: policy.Properties.Name, text: policy.Properties.Value } }),
        attaches: Attachment !== undefined,
        detachesFromAllRoles: mayDetachFromAll(roles),
      };
    },
    async parameter(name) {
      return (await readParameter(ssm, name))?.Value;
    },
    async writePolicy(name, text) {
      await ssm.send(
        new PutParameterCommand({
          Name: name,
          Value: text,
          Type: "String",
          Tier: "Intelligent-Tiering",
          Overwrite: true,
        }),
      );
    },
    async hasDomain(domainId) {
      const answer = await unlessNamed(
        sageMaker.send(new DescribeDomainCommand({ DomainId: domainId })),
        "ResourceNotFound",
        "ResourceNotFoundException",
      );
      return answer !== undefined;
    },
  };
}

/** The stack of a former version permits it in the role itself, whatever its parameters were. */
function mayDetachFromAll({ AttachToRolesPolicy, AttachRole }: Readonly<Record<string, unknown>>): boolean {
  return AttachToRolesPolicy !== undefined || JSON.stringify(AttachRole ?? null).includes("iam:DetachRolePolicy");
}

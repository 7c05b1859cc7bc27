import { type CloudFormationClient, GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import { DescribeDomainCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { readParameter } from "../aws/parameters.ts";
import { unlessNamed } from "../domain/errors.ts";

/** The policy parameter of a stack's template. */
export type DeployedPolicy = { readonly name: string; readonly text: string };

/** What a deploy asks of the account before it starts. */
export type Account = {
  /** As the last deploy had it, where there was one. */
  deployedPolicy(stack: string): Promise<DeployedPolicy | undefined>;
  parameter(name: string): Promise<string | undefined>;
  writePolicy(name: string, text: string): Promise<void>;
  hasDomain(domainId: string): Promise<boolean>;
};

export type AccountClients = {
  readonly cloudFormation: CloudFormationClient;
  readonly sageMaker: SageMakerClient;
  readonly ssm: SSMClient;
};

const Policy = v.object({ Properties: v.object({ Name: v.string(), Value: v.string() }) });
const Template = v.pipe(v.string(), v.parseJson(), v.object({ Resources: v.object({ Policy: v.optional(Policy) }) }));

/** Looks by the SDK's own clients. */
export function createAccount({ cloudFormation, sageMaker, ssm }: AccountClients): Account {
  return {
    async deployedPolicy(stack) {
      const template = await unlessNamed(
        cloudFormation.send(new GetTemplateCommand({ StackName: stack })),
        "ValidationError",
      );
      if (template?.TemplateBody === undefined) return undefined;
      const policy = v.parse(Template, template.TemplateBody).Resources.Policy?.Properties;
      return policy && { name: policy.Name, text: policy.Value };
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

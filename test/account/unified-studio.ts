import { randomUUID } from "node:crypto";
import { CreateDomainCommand, UpdateDomainCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";

/** Makes a domain as SageMaker Unified Studio does for a project; answers its id. */
export async function createUnifiedStudioDomain(sageMaker: SageMakerClient): Promise<string> {
  const { DomainId = "" } = await sageMaker.send(
    new CreateDomainCommand({
      DomainName: `project-${randomUUID().slice(0, 8)}`,
      AuthMode: "IAM",
      DefaultUserSettings: { ExecutionRole: "arn:aws:iam::123456789012:role/project" },
      VpcId: "vpc-1",
      SubnetIds: ["subnet-1"],
    }),
  );
  const settings = { UnifiedStudioSettings: { ProjectId: "p-1" } };
  await sageMaker.send(new UpdateDomainCommand({ DomainId, DomainSettingsForUpdate: settings }));
  return DomainId;
}

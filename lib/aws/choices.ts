import {
  DescribeSpaceCommand,
  paginateListApps,
  paginateListSpaces,
  type SageMakerClient,
  type SpaceSettings,
} from "@aws-sdk/client-sagemaker";
import type { Choices } from "../attach/ports.ts";
import { unlessNamed } from "../domain/errors.ts";
import { isCoveredType } from "../policy/watched.ts";

/** What users chose, over the SageMaker API. A list of spaces does not have it, so each is described. */
export function createChoices(client: SageMakerClient): Choices {
  return {
    async *inDomain(DomainId) {
      for await (const { Spaces = [] } of paginateListSpaces({ client }, { DomainIdEquals: DomainId, MaxResults: 100 }))
        for (const { SpaceName, SpaceSettingsSummary } of Spaces) {
          if (!SpaceName || !isCoveredType(SpaceSettingsSummary?.AppType ?? "JupyterLab")) continue;
          const space = await unlessNamed(
            client.send(new DescribeSpaceCommand({ DomainId, SpaceName })),
            "ResourceNotFound",
          );
          for (const arn of chosenIn(space?.SpaceSettings)) yield { space: SpaceName, arn };
        }
      for await (const { Apps = [] } of paginateListApps({ client }, { DomainIdEquals: DomainId, MaxResults: 100 }))
        for (const { SpaceName, Status, ResourceSpec } of Apps)
          if (SpaceName && Status !== "Deleted") yield { space: SpaceName, arn: ResourceSpec?.LifecycleConfigArn };
    },
  };
}

const chosenIn = ({ JupyterLabAppSettings, CodeEditorAppSettings }: SpaceSettings = {}) => [
  JupyterLabAppSettings?.DefaultResourceSpec?.LifecycleConfigArn,
  CodeEditorAppSettings?.DefaultResourceSpec?.LifecycleConfigArn,
];

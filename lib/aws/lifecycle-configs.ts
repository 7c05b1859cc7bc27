import {
  CreateStudioLifecycleConfigCommand,
  DeleteStudioLifecycleConfigCommand,
  DescribeStudioLifecycleConfigCommand,
  paginateListStudioLifecycleConfigs,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import type { LifecycleConfigs } from "../attach/ports.ts";
import { isNamed, unlessNamed } from "../domain/errors.ts";

/** Studio's lifecycle configurations, over the SageMaker API. */
export function createLifecycleConfigs(client: SageMakerClient): LifecycleConfigs {
  const describe = (StudioLifecycleConfigName: string) =>
    unlessNamed(
      client.send(new DescribeStudioLifecycleConfigCommand({ StudioLifecycleConfigName })),
      "ResourceNotFound",
    );
  const find = async (name: string) => (await describe(name))?.StudioLifecycleConfigArn;
  return {
    find,
    async create({ name, type, script, tags }) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const content = Buffer.from(script).toString("base64");
      try {
        const { StudioLifecycleConfigArn } = await client.send(
          new CreateStudioLifecycleConfigCommand({
            StudioLifecycleConfigName: name,
            StudioLifecycleConfigAppType: type,
            StudioLifecycleConfigContent: content,
            ...(Tags.length > 0 && { Tags }),
          }),
        );
        return named(StudioLifecycleConfigArn, name);
      } catch (error) {
        // Another run made it, or an earlier attempt of this call did and its answer was lost.
        if (isNamed(error, "ResourceInUse")) return named(await find(name), name);
        throw error;
      }
    },
    async script(name) {
      const content = (await describe(name))?.StudioLifecycleConfigContent;
      return content === undefined ? undefined : Buffer.from(content, "base64").toString();
    },
    async list(NameContains) {
      const found: { name: string; createdAt: Date }[] = [];
      for await (const { StudioLifecycleConfigs = [] } of paginateListStudioLifecycleConfigs(
        { client },
        { ...(NameContains !== undefined && { NameContains }), MaxResults: 100 },
      )) {
        for (const { StudioLifecycleConfigName: name, CreationTime: createdAt } of StudioLifecycleConfigs)
          if (name && createdAt) found.push({ name, createdAt });
      }
      return found;
    },
    async delete(name) {
      try {
        await client.send(new DeleteStudioLifecycleConfigCommand({ StudioLifecycleConfigName: name }));
        return "deleted";
      } catch (error) {
        if (isNamed(error, "ResourceNotFound")) return "gone";
        if (isNamed(error, "ResourceInUse")) return "in-use";
        throw error;
      }
    },
  };
}

function named(arn: string | undefined, name: string): string {
  if (arn === undefined) throw new Error(`SageMaker gave no ARN of the lifecycle configuration ${name}`);
  return arn;
}

import { setTimeout as sleep } from "node:timers/promises";
import { CreateAppCommand, CreateSpaceCommand, DeleteAppCommand, DescribeAppCommand, type DescribeAppCommandOutput, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import type { Deployed } from "./deployed.ts";

const pollMs = 50;

/** What names the JupyterLab app of a space. */
export const labOf = ({ domainId }: Deployed, SpaceName: string) => ({ DomainId: domainId, SpaceName, AppType: "JupyterLab", AppName: "default" }) as const;

/** Makes a private space of the account's user, for JupyterLab. */
export async function makeSpace(sagemaker: SageMakerClient, account: Deployed, SpaceName: string): Promise<void> {
  await sagemaker.send(new CreateSpaceCommand({
    DomainId: account.domainId, SpaceName, SpaceSettings: { AppType: "JupyterLab" },
    OwnershipSettings: { OwnerUserProfileName: account.userProfileName }, SpaceSharingSettings: { SharingType: "Private" },
  }));
}

/** Starts the JupyterLab app of a space and waits until it is InService, or Failed. */
export async function startLab(sagemaker: SageMakerClient, account: Deployed, spaceName: string): Promise<DescribeAppCommandOutput> {
  await sagemaker.send(new CreateAppCommand(labOf(account, spaceName)));
  return settled(sagemaker, account, spaceName);
}

/** Deletes the JupyterLab app of a space and waits until it is Deleted. */
export async function stopLab(sagemaker: SageMakerClient, account: Deployed, spaceName: string): Promise<void> {
  await sagemaker.send(new DeleteAppCommand(labOf(account, spaceName)));
  await settled(sagemaker, account, spaceName);
}

/** Waits while an app is Pending or Deleting. */
export async function settled(sagemaker: SageMakerClient, account: Deployed, spaceName: string): Promise<DescribeAppCommandOutput> {
  const app = await sagemaker.send(new DescribeAppCommand(labOf(account, spaceName)));
  if (app.Status !== "Pending" && app.Status !== "Deleting") return app;
  await sleep(pollMs);
  return settled(sagemaker, account, spaceName);
}

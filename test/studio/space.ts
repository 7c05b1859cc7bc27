import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateAppCommand,
  CreateSpaceCommand,
  DeleteAppCommand,
  DescribeAppCommand,
  type DescribeAppCommandOutput,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import type { Deployed } from "./deployed.ts";

const pollMs = 50;

type AppType = "JupyterLab" | "CodeEditor";

/** What names the app of a space. */
export const appOf = ({ domainId }: Deployed, SpaceName: string, AppType: AppType) =>
  ({ DomainId: domainId, SpaceName, AppType, AppName: "default" }) as const;

/** What names the JupyterLab app of a space. */
export const labOf = (account: Deployed, spaceName: string) => appOf(account, spaceName, "JupyterLab");

/** Makes a private space of the account's user, for JupyterLab unless it says otherwise. */
export async function makeSpace(
  sagemaker: SageMakerClient,
  account: Deployed,
  SpaceName: string,
  AppType: AppType = "JupyterLab",
): Promise<void> {
  await sagemaker.send(
    new CreateSpaceCommand({
      DomainId: account.domainId,
      SpaceName,
      SpaceSettings: { AppType },
      OwnershipSettings: { OwnerUserProfileName: account.userProfileName },
      SpaceSharingSettings: { SharingType: "Private" },
    }),
  );
}

/** Starts the app of a space and waits until it is InService, or Failed. */
export async function startApp(
  sagemaker: SageMakerClient,
  account: Deployed,
  spaceName: string,
  appType: AppType,
): Promise<DescribeAppCommandOutput> {
  await sagemaker.send(new CreateAppCommand(appOf(account, spaceName, appType)));
  return settled(sagemaker, account, spaceName, appType);
}

/** Deletes the app of a space and waits until it is Deleted. */
export async function stopApp(
  sagemaker: SageMakerClient,
  account: Deployed,
  spaceName: string,
  appType: AppType,
): Promise<void> {
  await sagemaker.send(new DeleteAppCommand(appOf(account, spaceName, appType)));
  await settled(sagemaker, account, spaceName, appType);
}

export function startLab(
  sagemaker: SageMakerClient,
  account: Deployed,
  spaceName: string,
): Promise<DescribeAppCommandOutput> {
  return startApp(sagemaker, account, spaceName, "JupyterLab");
}

export function stopLab(sagemaker: SageMakerClient, account: Deployed, spaceName: string): Promise<void> {
  return stopApp(sagemaker, account, spaceName, "JupyterLab");
}

/** Waits while an app is Pending or Deleting. */
export async function settled(
  sagemaker: SageMakerClient,
  account: Deployed,
  spaceName: string,
  appType: AppType = "JupyterLab",
): Promise<DescribeAppCommandOutput> {
  const app = await sagemaker.send(new DescribeAppCommand(appOf(account, spaceName, appType)));
  if (app.Status !== "Pending" && app.Status !== "Deleting") return app;
  await sleep(pollMs);
  return settled(sagemaker, account, spaceName, appType);
}

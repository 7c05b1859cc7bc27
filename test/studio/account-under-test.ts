import { setTimeout as sleep } from "node:timers/promises";
import {
  type AppType,
  type CreateAppCommandInput,
  CreateSpaceCommand,
  DeleteAppCommand,
  DescribeAppCommand,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { clientsOf } from "./clients.ts";
import { type EmbeddedStudio, type StudioOptions, startStudio } from "./index.ts";

const pollMs = 5;

/** The clock of a test's account: moved by hand. */
export const clock = { now: 0 };
export let studio: EmbeddedStudio;
export let sagemaker: SageMakerClient;
export let DomainId: string;

/** A new account without processes, at New Year. */
export async function start(options: StudioOptions = {}): Promise<void> {
  clock.now = Date.parse("2026-01-01T00:00:00.123Z");
  studio = await startStudio({
    instances: "none",
    lifecycleScript: "exit 0",
    region: "us-east-1",
    now: () => clock.now,
    ...options,
  });
  ({ sagemaker } = clientsOf(studio));
  ({ domainId: DomainId } = studio);
}

/** Another account instead, set up differently. */
export async function restart(options: StudioOptions): Promise<void> {
  await studio.close();
  await start(options);
}

/** What names the app of the space `space-1`, and whatever else a call may have. */
export const app = (overrides: Partial<CreateAppCommandInput> = {}) =>
  ({ DomainId, SpaceName: "space-1", AppType: "JupyterLab", AppName: "default", ...overrides }) as const;

/** What a refused call rejects with. */
export const refusal = (name: string, message = /./) => ({ name, message });

export async function makeSpace(SpaceName = "space-1", appType: AppType = "JupyterLab"): Promise<void> {
  const owned = {
    OwnershipSettings: { OwnerUserProfileName: studio.userProfileName },
    SpaceSharingSettings: { SharingType: "Private" },
  } as const;
  await sagemaker.send(new CreateSpaceCommand({ DomainId, SpaceName, SpaceSettings: { AppType: appType }, ...owned }));
}

export async function statusOf(key = app()): Promise<string | undefined> {
  return (await sagemaker.send(new DescribeAppCommand(key))).Status;
}

/** Waits until an app is in that state no more. */
export async function left(status: "Pending" | "Deleting", key = app()): Promise<void> {
  while ((await statusOf(key)) === status) await sleep(pollMs);
}

export async function deleteApp(key = app()): Promise<void> {
  await sagemaker.send(new DeleteAppCommand(key));
  await left("Deleting", key);
}

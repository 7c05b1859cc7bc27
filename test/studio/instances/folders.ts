import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LaunchOrder } from "./launcher.ts";

/** Where an incarnation keeps its things; `home` outlives it, as the space's volume does. */
export type Folders = {
  app: string;
  home: string;
  tmp: string;
  /** First on the app's PATH, and no other app's. */
  commands: string;
  /** Where the app's Jupyter looks for extensions, before it looks where all apps' do. */
  jupyter: string;
  runtime: string;
  metadataFile: string;
  logFile: string;
  stateFile: string;
  agentFolder: string;
  editorFile: string;
};

/** The folder of a space's home. */
export const homeOf = (root: string, domainId: string, spaceName: string): string =>
  join(root, "homes", domainId, spaceName);

/** Makes the folders of a new incarnation, its lifecycle scripts and its resource-metadata.json in them. */
export async function makeFolders(root: string, order: LaunchOrder, attempt: number): Promise<Folders> {
  const app = join(root, "apps", `${order.spaceName}-${order.appType}-${order.createdAt}-${attempt}`);
  const folders: Folders = {
    app,
    home: homeOf(root, order.domainId, order.spaceName),
    tmp: join(app, "tmp"),
    commands: join(app, "bin"),
    jupyter: join(app, "jupyter"),
    runtime: await mkdtemp(join(root, "run-")),
    metadataFile: join(app, "resource-metadata.json"),
    logFile: join(app, "app_container.log"),
    agentFolder: join(app, "agent"),
    stateFile: join(app, "agent", "state.json"),
    editorFile: join(app, "tmp", ".sagemaker-last-active-timestamp"),
  };
  const made = [folders.home, folders.tmp, folders.commands, folders.jupyter, join(app, "lifecycle")];
  await Promise.all(made.map((folder) => mkdir(folder, { recursive: true })));
  await writeFile(folders.metadataFile, JSON.stringify(metadata(order)));
  await Promise.all(order.scripts.map((script, index) => writeFile(join(app, "lifecycle", `${index}.sh`), script)));
  return folders;
}

// As /opt/ml/metadata/resource-metadata.json has it.
function metadata({ appType, domainId, spaceName, arn, appName }: LaunchOrder): Record<string, string> {
  return {
    AppType: appType,
    DomainId: domainId,
    SpaceName: spaceName,
    ExecutionRoleArn: "arn:aws:iam::123456789012:role/StudioExecution",
    ResourceArn: arn,
    ResourceName: appName,
    AppImageVersion: "",
  };
}

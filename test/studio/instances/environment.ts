import { delimiter } from "node:path";
import type { AppPython } from "./app-python.ts";
import type { Folders } from "./folders.ts";
import type { LaunchOrder } from "./launcher.ts";
import { CREDENTIALS_PATH } from "../wire/credentials.ts";
import type { Server } from "./servers.ts";

/** What every app of a Studio is told of the account. */
export type AppAccount = { endpoint: string; region: string; accountId: string };
/** What an environment tells of beside the app itself. */
export type Told = { account: AppAccount; python: AppPython; server: Server };

/**
 * An app's environment: made from nothing as a container's is, but for the time zone and Jupyter's own settings of the
 * command that runs the Studio. The lifecycle script's settings come by environment: a container's paths cannot be used
 * here.
 */
export function environmentOf(
  { account, python, server }: Told,
  order: LaunchOrder,
  folders: Folders,
  port: number,
): Record<string, string> {
  return {
    ...inherited(process.env),
    PATH: [folders.commands, python.bin, process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"].join(delimiter),
    HOME: folders.home,
    TMPDIR: folders.tmp,
    JUPYTER_RUNTIME_DIR: folders.runtime,
    JUPYTER_PATH: [folders.jupyter, process.env["JUPYTER_PATH"] ?? []].flat().join(delimiter),
    SHELL: "/bin/bash",
    LANG: "C.UTF-8",
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ACCOUNT_ID: account.accountId,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${account.endpoint}${CREDENTIALS_PATH}`,
    // A container has no such variable; it keeps the user's own programs from calling the real services.
    AWS_ENDPOINT_URL: account.endpoint,
    SSM_ENDPOINT_URL: account.endpoint,
    SAGEMAKER_SPACE_NAME: order.spaceName,
    SAGEMAKER_APP_TYPE: order.appType,
    JL_HOSTNAME: "127.0.0.1",
    JL_PORT: String(port),
    JL_BASE_URL: `${server.basePath}/`,
    PYTHON_EXECUTABLE: python.agentPython,
    AGENT_FOLDER: folders.agentFolder,
    AGENT_COMMAND_FOLDER: folders.commands,
    AGENT_JUPYTER_FOLDER: folders.jupyter,
    LOG_FILE: folders.logFile,
    STATE_FILE: folders.stateFile,
    METADATA_FILE: folders.metadataFile,
    EDITOR_FILE: folders.editorFile,
    // How the processes of an app are told from others where there is no namespace.
    STUDIO_APP_FOLDER: folders.app,
  };
}

function inherited(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => name === "TZ" || name.startsWith("JUPYTER_")));
}

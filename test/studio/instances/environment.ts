import { delimiter } from "node:path";
import type { AppPython } from "./app-python.ts";
import type { Folders } from "./folders.ts";
import type { LaunchOrder } from "./launcher.ts";

/** What every app of a Studio is told of the account. */
export type AppAccount = { endpoint: string; region: string; accountId: string };
/** The path under which an app's Jupyter server answers. */
export const basePath = "/jupyterlab/default";

/**
 * An app's environment: made from nothing as a container's is, but for the time zone and Jupyter's own settings of the
 * command that runs the Studio. The lifecycle script's settings come by environment: a container's paths cannot be used here.
 */
export function environmentOf(account: AppAccount, python: AppPython, order: LaunchOrder, folders: Folders, port: number): Record<string, string> {
  return {
    ...inherited(process.env),
    PATH: [python.bin, process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"].join(delimiter),
    HOME: folders.home, TMPDIR: folders.tmp, JUPYTER_RUNTIME_DIR: folders.runtime,
    SHELL: "/bin/bash", LANG: "C.UTF-8",
    AWS_REGION: account.region, AWS_DEFAULT_REGION: account.region, AWS_ACCOUNT_ID: account.accountId,
    AWS_ACCESS_KEY_ID: "embedded", AWS_SECRET_ACCESS_KEY: "embedded", AWS_EC2_METADATA_DISABLED: "true", AWS_ENDPOINT_URL: account.endpoint,
    SAGEMAKER_SPACE_NAME: order.spaceName, SAGEMAKER_APP_TYPE: order.appType,
    JL_HOSTNAME: "127.0.0.1", JL_PORT: String(port), JL_BASE_URL: `${basePath}/`,
    PYTHON_EXECUTABLE: python.agentPython, PYTHON_SCRIPT_FILE: folders.agentFile,
    LOG_FILE: folders.logFile, STATE_FILE: folders.stateFile, METADATA_FILE: folders.metadataFile,
    // How the processes of an app are told from others where there is no namespace.
    STUDIO_APP_FOLDER: folders.app,
  };
}

/** The Jupyter server's command line: open on loopback, as behind Studio's own authentication. */
export function serverCommand({ executable, serverModule }: AppPython, folders: Folders, port: number): string[] {
  const settings = {
    ip: "127.0.0.1", port: String(port), port_retries: "0", base_url: basePath, root_dir: folders.home,
    token: "", password: "", open_browser: "False", allow_root: "True", disable_check_xsrf: "True",
  };
  return [executable, "-m", serverModule, ...Object.entries(settings).map(([name, value]) => `--ServerApp.${name}=${value}`)];
}

function inherited(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => name === "TZ" || name.startsWith("JUPYTER_")));
}

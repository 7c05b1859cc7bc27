import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JupyterUser } from "../../browser/jupyter.ts";
import type { Place, Situation } from "./situation.ts";

const signal = ({ stage, space }: Place, name: NodeJS.Signals): void => {
  process.kill(stage.studio.app(space)?.pid ?? NaN, name);
};

/** What becomes of the Jupyter server itself. */
export const SERVERS: readonly Situation<JupyterUser>[] = [
  {
    name: "nobody since its start",
    must: "stop",
    crossSection: ["jupyter"],
    act: async ({ account, space }) => (await account.describeApp(space)).CreationTime?.getTime() ?? NaN,
  },
  {
    name: "a Jupyter server that hangs",
    must: "stay",
    because: /unknown-activity/,
    crossSection: ["jupyter"],
    act: (place) => {
      signal(place, "SIGSTOP");
      return Promise.resolve();
    },
  },
  {
    name: "a Jupyter server that died",
    must: "stay",
    because: /unknown-activity/,
    act: (place) => {
      signal(place, "SIGKILL");
      return Promise.resolve();
    },
  },
  {
    name: "a server without terminals",
    must: "stop",
    act: async ({ account, space, home }) => {
      const folder = join(home, ".jupyter");
      await mkdir(folder, { recursive: true });
      const settings = { ServerApp: { terminals_enabled: false } };
      await writeFile(join(folder, "jupyter_server_config.json"), JSON.stringify(settings));
      await account.stopApp(space);
      const since = Date.now();
      await account.launchApp(space);
      return since;
    },
  },
];

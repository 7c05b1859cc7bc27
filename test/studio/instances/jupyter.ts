import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppPython } from "./app-python.ts";
import type { AppAccount } from "./environment.ts";
import { homeOf } from "./folders.ts";
import { type Isolation, isolation } from "./isolation.ts";
import { launchApp } from "./launch.ts";
import type { Instance, LaunchOrder, Launcher } from "./launcher.ts";
import { type Server, serverOf } from "./servers.ts";

/** How an app is run; `env` is laid over its environment, `isolation` is found out where it is left out. */
export type JupyterOptions = {
  python: AppPython;
  env: Record<string, string>;
  lifecycleTimeoutMs: number;
  isolation?: Isolation | undefined;
};

export type LauncherOptions = Omit<JupyterOptions, "python"> & {
  pythonOf: (spaceName: string) => Promise<AppPython>;
};

/**
 * JupyterLab apps as real Jupyter servers, Code Editor apps with a stand-in for theirs. `account` is asked late,
 * because the endpoint is known only when it listens. With STUDIO_KEEP=1 in the environment, the apps' folders and logs
 * stay.
 */
export function jupyterInstances(account: () => AppAccount, options: LauncherOptions): Launcher {
  let root: Promise<string> | undefined;
  const closing = new AbortController();
  const launches = new Set<Promise<Instance>>();
  const launch = async (server: Server, order: LaunchOrder, signal: AbortSignal): Promise<Instance> => {
    root ??= mkdtemp(join(tmpdir(), "studio-"));
    const context = {
      ...options,
      python: await options.pythonOf(order.spaceName),
      root: await root,
      account: account(),
      isolation: options.isolation ?? (await isolation()),
      server,
    };
    return launchApp(context, order, AbortSignal.any([signal, closing.signal]));
  };
  return {
    launch: async (order, signal) => {
      const server = serverOf(order.appType);
      if (server === undefined) return undefined;
      const launched = launch(server, order, signal);
      launches.add(launched);
      return launched;
    },
    forget: async (domainId, spaceName) => {
      if (root) await rm(homeOf(await root, domainId, spaceName), { recursive: true, force: true });
    },
    close: async () => {
      closing.abort();
      const settled = await Promise.allSettled(launches);
      const instances = settled.filter((launched) => launched.status === "fulfilled").map(({ value }) => value);
      await Promise.all(instances.map((instance) => instance.end()));
      if (root) await removeUnlessKept(await root);
    },
  };
}

async function removeUnlessKept(root: string): Promise<void> {
  if (process.env["STUDIO_KEEP"] === "1") process.stderr.write(`The apps' folders and logs stay in ${root}\n`);
  else await rm(root, { recursive: true, force: true, maxRetries: 3 });
}

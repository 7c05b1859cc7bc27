import { buildAgent, buildOnStart } from "../../lcc/build.ts";
import type { AwsAccount } from "./aws-account.ts";
import type { Call } from "./calls.ts";
import { type Deployed, deploy, policyDocument } from "./deployed.ts";
import { Faults } from "./faults.ts";
import { pythonBySpace } from "./instances/app-python.ts";
import type { AppAccount } from "./instances/environment.ts";
import { group } from "./instances/isolation.ts";
import { jupyterInstances } from "./instances/jupyter.ts";
import { type Instance, type Launcher, noInstances } from "./instances/launcher.ts";
import type { StudioOptions } from "./options.ts";
import { studioPython } from "./python.ts";
import { AppLife } from "./sagemaker/app-life.ts";
import { sageMaker } from "./sagemaker/service.ts";
import { State } from "./sagemaker/state.ts";
import { Seed } from "./seed.ts";
import { Bus } from "./eventbridge/bus.ts";
import { eventBridge } from "./eventbridge/service.ts";
import { resourceGroupsTagging } from "./tagging/service.ts";
import { parameterStore } from "./ssm/service.ts";
import { Store } from "./ssm/store.ts";
import type { Path } from "./wire/dispatch.ts";
import { loadModel } from "./wire/model.ts";
import { serve } from "./wire/server.ts";

export type { Call, Instance, StudioOptions };
export { Faults };

/** A running Studio: an AWS account on loopback, as it is after the deploy. */
export type EmbeddedStudio = AsyncDisposable &
  Deployed & {
    endpoint: string;
    region: string;
    faults: Faults;
    seed: Seed;
    /** Every call that reached the endpoint, in order. */
    calls: Call[];
    /** The account's default event bus. */
    bus: Bus;
    /** The running app of a space, undefined where none runs. */
    app: (spaceName: string) => Instance | undefined;
    /** Ends every app, then the endpoint. */
    close: () => Promise<void>;
  };

/** Starts a Studio; the first start on a machine makes the project's Python environment. */
export async function startStudio(options: StudioOptions = {}): Promise<EmbeddedStudio> {
  const region = options.region ?? process.env["AWS_REGION"] ?? "us-east-1";
  const account: AwsAccount = { region, accountId: "123456789012", now: options.now ?? Date.now };
  const projectPython = await studioPython(options.signal);
  const app: AppAccount = { ...account, endpoint: "" };
  const launcher = await launcherFor(options, projectPython, () => app);
  const creationTimes = {
    areKept: options.keepsCreationTime ?? false,
    areListedInSeconds: options.listsWholeSeconds ?? false,
  };
  const [state, store, faults, calls] = [new State(creationTimes), new Store(), new Faults(), new Array<Call>()];
  const paces = { pendingMs: options.pendingMs ?? 0, deletingMs: options.deletingMs ?? 0 };
  const updates = { mode: options.updates ?? "merge", updatingMs: options.updatingMs ?? 0 };
  const services = [
    sageMaker(account, state, new AppLife(account, state, launcher, paces), launcher, updates),
    parameterStore(account, store, faults),
  ] as const;
  const bus = new Bus(account);
  const others = [resourceGroupsTagging(state), eventBridge(bus)];
  const lifecycleScript = options.bare ? undefined : (options.lifecycleScript ?? (await buildOnStart()));
  const agent = options.bare ? undefined : await buildAgent();
  const policy = options.policy ?? (await policyDocument());
  const deployed = await deploy(...services, { agent, lifecycleScript, policy });
  const loaded = await Promise.all(
    [...services, ...others].map(async (service) => ({ service, model: await loadModel(projectPython, service) })),
  );
  const path: Path = {
    faults,
    now: account.now,
    record: (call) => {
      if (options.recordsCalls !== false) calls.push(call);
    },
  };
  options.signal?.throwIfAborted();
  const endpoint = await serve(loaded, path, options.port ?? 0);
  app.endpoint = endpoint.url;
  const close = async (): Promise<void> => {
    await launcher.close();
    await endpoint.close();
  };
  const running = (spaceName: string): Instance | undefined =>
    [...state.apps.values()].find(({ owner, instance }) => owner.name === spaceName && instance)?.instance;
  return {
    ...deployed,
    endpoint: endpoint.url,
    region,
    faults,
    calls,
    bus,
    seed: new Seed(account, state, store, deployed),
    app: running,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function launcherFor(
  options: StudioOptions,
  projectPython: string,
  account: () => AppAccount,
): Promise<Launcher> {
  const { instances = "jupyter", env = {}, lifecycleTimeoutMs = 300_000 } = options;
  switch (instances) {
    case "none":
      return noInstances;
    case "jupyter": {
      const pythonOf = await pythonBySpace(options.python ?? projectPython, projectPython);
      return jupyterInstances(account, { pythonOf, env, lifecycleTimeoutMs, isolation: options.isolation && group });
    }
  }
}

import type { AwsAccount } from "./aws-account.ts";
import type { Deployed } from "./deployed.ts";
import { newApp } from "./sagemaker/app-creation.ts";
import { createSpace } from "./sagemaker/space-creation.ts";
import { type AppStatus, type State, within } from "./sagemaker/state.ts";
import type { Store } from "./ssm/store.ts";

/** An app to be there without being launched; its space is made where it is missing. */
export type SeedApp = {
  spaceName: string;
  appType?: "JupyterLab" | "CodeEditor";
  instanceType?: string;
  status?: AppStatus;
  createdAt?: number;
  tags?: Record<string, string>;
};
/** A parameter to be there, written at any time in the past. */
export type SeedParameter = { name: string; value: string; modifiedAt?: number };

/** Puts things into the account without a call: for big fleets, and for times that have gone by. */
export class Seed {
  readonly #account: AwsAccount;
  readonly #state: State;
  readonly #store: Store;
  readonly #deployed: Deployed;

  constructor(account: AwsAccount, state: State, store: Store, deployed: Deployed) {
    this.#account = account;
    this.#state = state;
    this.#store = store;
    this.#deployed = deployed;
  }

  apps(apps: Iterable<SeedApp>): void {
    for (const app of apps) this.#app(app);
  }

  parameters(parameters: Iterable<SeedParameter>): void {
    for (const { name, value, modifiedAt = this.#account.now() } of parameters) {
      const version = (this.#store.get(name)?.versions.at(-1)?.version ?? 0) + 1;
      this.#store.put(name, { version, value, type: "String", tier: "Standard", dataType: "text", modifiedAt });
    }
  }

  #app({
    spaceName,
    appType = "JupyterLab",
    instanceType = "ml.t3.medium",
    status = "InService",
    createdAt,
    tags = {},
  }: SeedApp): void {
    const { domainId, userProfileName } = this.#deployed;
    if (!this.#state.spaces.has(within(domainId, spaceName))) {
      createSpace(this.#account, this.#state, {
        DomainId: domainId,
        SpaceName: spaceName,
        SpaceDisplayName: undefined,
        SpaceSettings: { AppType: appType },
        Tags: undefined,
        OwnershipSettings: { OwnerUserProfileName: userProfileName },
        SpaceSharingSettings: { SharingType: "Private" },
      });
    }
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const app = newApp(this.#account, this.#state, {
      DomainId: domainId,
      SpaceName: spaceName,
      AppType: appType,
      AppName: "default",
      ResourceSpec: { InstanceType: instanceType },
      Tags,
    });
    app.createdAt = createdAt ?? app.createdAt;
    app.status = status;
    if (status === "Deleted") app.deletedAt = this.#account.now();
  }
}

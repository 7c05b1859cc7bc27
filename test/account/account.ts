import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateAppCommand,
  CreatePresignedDomainUrlCommand,
  CreateSpaceCommand,
  DeleteAppCommand,
  DescribeAppCommand,
  type DescribeAppCommandOutput,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { JupyterUser } from "../browser/jupyter.ts";
import { clientsOf } from "../studio/clients.ts";

const PATIENCE_MS = 120_000;
const MOST_BETWEEN_POLLS_MS = 200;

/** Where an account's services are, and who its people are: as an embedded Studio says of itself. */
export type AccountAddress = {
  readonly endpoint: string;
  readonly region: string;
  readonly domainId: string;
  readonly userProfileName: string;
};

export type AccountOptions = {
  /** The type of the spaces and of their apps; JupyterLab unless it says otherwise. */
  readonly appType?: "JupyterLab" | "CodeEditor";
  /** How often a call is made where it fails; 1 shows a test each answer. */
  readonly maxAttempts?: number;
};

/** What an admin and a user do in an account, through the services' own calls. */
export class Account {
  readonly sageMaker: SageMakerClient;
  readonly ssm: SSMClient;
  readonly domainId: string;
  readonly #userProfileName: string;
  readonly #appType: "JupyterLab" | "CodeEditor";

  constructor(address: AccountAddress, { appType = "JupyterLab", maxAttempts = 3 }: AccountOptions = {}) {
    const { sagemaker, ssm } = clientsOf(address, { maxAttempts });
    [this.sageMaker, this.ssm] = [sagemaker, ssm];
    this.domainId = address.domainId;
    this.#userProfileName = address.userProfileName;
    this.#appType = appType;
  }

  /** What names the app of a space in every call. */
  app(space: string) {
    return { DomainId: this.domainId, SpaceName: space, AppType: this.#appType, AppName: "default" } as const;
  }

  /** Makes a private space of the account's user profile. */
  async createSpace(space: string): Promise<void> {
    await this.sageMaker.send(
      new CreateSpaceCommand({
        DomainId: this.domainId,
        SpaceName: space,
        SpaceSettings: { AppType: this.#appType },
        OwnershipSettings: { OwnerUserProfileName: this.#userProfileName },
        SpaceSharingSettings: { SharingType: "Private" },
      }),
    );
  }

  /** Starts the JupyterLab app of a space, waits until it is in service, and opens it. */
  async startApp(space: string): Promise<JupyterUser> {
    return new JupyterUser(await this.launchApp(space));
  }

  /** Starts the app of a space and waits until it is in service; answers its address. */
  async launchApp(space: string): Promise<string> {
    await this.createApp(space);
    const { Status, FailureReason } = await this.settled(space);
    if (Status !== "InService") throw new Error(`the app of ${space} is ${String(Status)}: ${FailureReason ?? ""}`);
    return this.addressOf(space);
  }

  /** Asks for the app of a space to be started, and does not wait for it. */
  async createApp(space: string): Promise<void> {
    await this.sageMaker.send(
      new CreateAppCommand({ ...this.app(space), ResourceSpec: { InstanceType: "ml.t3.medium" } }),
    );
  }

  describeApp(space: string): Promise<DescribeAppCommandOutput> {
    return this.sageMaker.send(new DescribeAppCommand(this.app(space)));
  }

  /** Waits while the app of a space is Pending or Deleting, and describes it then. */
  async settled(space: string): Promise<DescribeAppCommandOutput> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let pollMs = 5; ; pollMs = Math.min(2 * pollMs, MOST_BETWEEN_POLLS_MS)) {
      const app = await this.describeApp(space);
      if (app.Status !== "Pending" && app.Status !== "Deleting") return app;
      if (Date.now() > deadline) throw new Error(`the app of ${space} stays ${app.Status}`);
      await sleep(pollMs);
    }
  }

  /** Asks for the app of a space to be deleted, and does not wait for it. */
  async deleteApp(space: string): Promise<void> {
    await this.sageMaker.send(new DeleteAppCommand(this.app(space)));
  }

  /** Deletes the app of a space and waits until it is gone. */
  async stopApp(space: string): Promise<void> {
    await this.deleteApp(space);
    await this.settled(space);
  }

  /** The app's address, as its user's browser is given it. */
  async addressOf(space: string): Promise<string> {
    const { AuthorizedUrl = "" } = await this.sageMaker.send(
      new CreatePresignedDomainUrlCommand({
        DomainId: this.domainId,
        UserProfileName: this.#userProfileName,
        SpaceName: space,
      }),
    );
    return AuthorizedUrl;
  }

  /** Makes this the policy, as an admin who edits the parameter. */
  async putPolicy(policy: object): Promise<void> {
    await this.putParameter("/studio-reaper/policy", JSON.stringify(policy));
  }

  async putParameter(name: string, value: string): Promise<void> {
    await this.ssm.send(new PutParameterCommand({ Name: name, Value: value, Type: "String", Overwrite: true }));
  }

  /** A parameter's value, `undefined` where there is none. */
  async parameter(name: string): Promise<string | undefined> {
    try {
      return (await this.ssm.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
    } catch (error) {
      if (error instanceof Error && error.name === "ParameterNotFound") return undefined;
      throw error;
    }
  }

  heartbeatName(space: string): string {
    return `/studio-reaper/heartbeats/${this.appKey(space)}`;
  }

  noticeName(space: string): string {
    return `/studio-reaper/notices/${this.appKey(space)}`;
  }

  /** What `npm run sweep` calls the app of a space. */
  appKey(space: string): string {
    return `${this.domainId}/space/${space}/${this.#appType}/default`;
  }
}

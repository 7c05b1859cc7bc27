import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateAppCommand,
  CreatePresignedDomainUrlCommand,
  CreateSpaceCommand,
  DeleteAppCommand,
  DescribeAppCommand,
  SageMakerClient,
  type DescribeAppCommandOutput,
} from "@aws-sdk/client-sagemaker";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { JupyterUser } from "../browser/jupyter.ts";

const LAUNCH_PATIENCE_MS = 120_000;

type Where = {
  readonly endpoint: string;
  readonly region: string;
  readonly domainId: string;
  readonly userProfileName: string;
};

/** What an admin and a user do in an account, through the services' own calls. */
export class Account {
  readonly sageMaker: SageMakerClient;
  readonly ssm: SSMClient;
  readonly #where: Where;
  readonly #appType: "JupyterLab" | "CodeEditor";

  /** Speaks of the spaces' apps of one type. */
  constructor(where: Where, appType: "JupyterLab" | "CodeEditor" = "JupyterLab") {
    this.#appType = appType;
    const config = {
      endpoint: where.endpoint,
      region: where.region,
      credentials: { accessKeyId: "embedded", secretAccessKey: "embedded" },
    };
    this.#where = where;
    this.sageMaker = new SageMakerClient(config);
    this.ssm = new SSMClient(config);
  }

  /** Makes a private space of the account's user profile. */
  async createSpace(name: string): Promise<void> {
    const { domainId: DomainId, userProfileName: OwnerUserProfileName } = this.#where;
    await this.sageMaker.send(
      new CreateSpaceCommand({
        DomainId,
        SpaceName: name,
        OwnershipSettings: { OwnerUserProfileName },
        SpaceSharingSettings: { SharingType: "Private" },
        SpaceSettings: { AppType: this.#appType },
      }),
    );
  }

  /** Starts the JupyterLab app of a space, waits until it is in service, and opens it. */
  async startApp(space: string): Promise<JupyterUser> {
    return new JupyterUser(await this.launchApp(space));
  }

  /** Starts the app of a space and waits until it is in service; answers its address. */
  async launchApp(space: string): Promise<string> {
    await this.sageMaker.send(
      new CreateAppCommand({ ...this.#app(space), ResourceSpec: { InstanceType: "ml.t3.medium" } }),
    );
    const deadline = Date.now() + LAUNCH_PATIENCE_MS;
    for (;;) {
      const { Status, FailureReason } = await this.describeApp(space);
      if (Status === "InService") return this.addressOf(space);
      if (Status === "Failed" || Date.now() > deadline)
        throw new Error(`the app of ${space} did not start: ${FailureReason ?? String(Status)}`);
      await sleep(100);
    }
  }

  describeApp(space: string): Promise<DescribeAppCommandOutput> {
    return this.sageMaker.send(new DescribeAppCommand(this.#app(space)));
  }

  async deleteApp(space: string): Promise<void> {
    await this.sageMaker.send(new DeleteAppCommand(this.#app(space)));
  }

  /** The app's address, as its user's browser is given it. */
  async addressOf(space: string): Promise<string> {
    const { AuthorizedUrl = "" } = await this.sageMaker.send(
      new CreatePresignedDomainUrlCommand({
        DomainId: this.#where.domainId,
        UserProfileName: this.#where.userProfileName,
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

  /** What `npm run sweep` calls the app of a space. */
  appKey(space: string): string {
    return `${this.#where.domainId}/space/${space}/${this.#appType}/default`;
  }

  #app(space: string) {
    return { DomainId: this.#where.domainId, SpaceName: space, AppType: this.#appType, AppName: "default" } as const;
  }
}

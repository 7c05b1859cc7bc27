import {
  CreateAppCommand,
  CreateDomainCommand,
  CreateSpaceCommand,
  CreateStudioLifecycleConfigCommand,
  CreateUserProfileCommand,
  DeleteAppCommand,
  DescribeAppCommand,
  DescribeDomainCommand,
  DescribeUserProfileCommand,
  ListStudioLifecycleConfigsCommand,
  UpdateDomainCommand,
  type CreateDomainCommandInput,
  type DomainSettingsForUpdate,
  type SageMakerClient,
  type UserSettings,
} from "@aws-sdk/client-sagemaker";
import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { Agent } from "../../../lib/attach/agent.ts";
import type { AttachConfig } from "../../../lib/attach/config.ts";
import { Journal, type Log } from "../../../lib/attach/journal.ts";
import type { AttachPorts } from "../../../lib/attach/ports.ts";
import { reconcile, remove } from "../../../lib/attach/reconcile.ts";
import { createAttachPorts } from "../../../lib/aws/attach-ports.ts";
import { settleForEndpoint } from "../../demo/credentials.ts";
import { clientsOf } from "../../studio/clients.ts";
import { startStudio, type EmbeddedStudio, type StudioOptions } from "../../studio/index.ts";
import { AGENT } from "./agents.ts";
import { FakeRoles } from "./fake-roles.ts";

export const POLICY_ARN = "arn:aws:iam::123456789012:policy/studio-reaper-heartbeats";
const EXECUTION_ROLE = "arn:aws:iam::123456789012:role/StudioExecution";

/** Before the time within which a run leaves alone what another run may have made. */
const anHourAgo = (): number => Date.now() - 3_600_000;

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What differs from the defaults in one run. */
export type Run = Partial<AttachConfig> & { agent?: Agent; ports?: Partial<AttachPorts> };

/** A bare account over HTTP, to which the agent is attached. IAM is in memory. */
export class AttachStage implements AsyncDisposable {
  readonly studio: EmbeddedStudio;
  readonly sageMaker: SageMakerClient;
  readonly ssm: SSMClient;
  readonly roles = new FakeRoles();

  private constructor(studio: EmbeddedStudio) {
    this.studio = studio;
    ({ sagemaker: this.sageMaker, ssm: this.ssm } = clientsOf(studio));
  }

  static async set(options: StudioOptions = {}): Promise<AttachStage> {
    const studio = await startStudio({ instances: "none", bare: true, now: anHourAgo, ...options });
    process.env["AWS_ENDPOINT_URL"] = studio.endpoint;
    settleForEndpoint(process.env);
    return new AttachStage(studio);
  }

  /** One run; its journal says what it did. */
  async reconcile(run: Run = {}): Promise<Journal> {
    const journal = new Journal(silent);
    await reconcile(this.ports(run), this.config(run), journal);
    return journal;
  }

  async remove(run: Run = {}): Promise<Journal> {
    const journal = new Journal(silent);
    await remove(this.ports(run), this.config(run), journal);
    return journal;
  }

  config(run: Run = {}): AttachConfig {
    const defaults = {
      prefix: "/studio-reaper",
      deployment: "studio-reaper-dev",
      mode: "built-in",
      domains: "all",
      profiles: "report",
      attachRoles: true,
      policyArn: POLICY_ARN,
      tags: {},
      scriptFile: "",
      agentFile: "",
    } as const;
    return { ...defaults, ...run };
  }

  ports(run: Run = {}): AttachPorts {
    const { agent = AGENT, ports } = run;
    return {
      ...createAttachPorts(this.config(run), () => 300_000),
      agent: () => Promise.resolve(agent),
      roles: this.roles,
      ...ports,
    };
  }

  async createDomain(DomainName: string, settings: Partial<CreateDomainCommandInput> = {}): Promise<string> {
    const { DomainId } = await this.sageMaker.send(
      new CreateDomainCommand({
        DomainName,
        AuthMode: "IAM",
        DefaultUserSettings: { ExecutionRole: EXECUTION_ROLE },
        ...settings,
      }),
    );
    return DomainId ?? "";
  }

  async createProfile(
    UserProfileName: string,
    UserSettings: UserSettings = {},
    DomainId = this.studio.domainId,
  ): Promise<void> {
    await this.sageMaker.send(new CreateUserProfileCommand({ DomainId, UserProfileName, UserSettings }));
  }

  /** Makes a lifecycle configuration as an admin does; answers its ARN. */
  async createConfig(
    name = "the-admins",
    script = "exit 0",
    type: "JupyterLab" | "CodeEditor" = "JupyterLab",
  ): Promise<string> {
    const { StudioLifecycleConfigArn = "" } = await this.sageMaker.send(
      new CreateStudioLifecycleConfigCommand({
        StudioLifecycleConfigName: name,
        StudioLifecycleConfigAppType: type,
        StudioLifecycleConfigContent: Buffer.from(script).toString("base64"),
      }),
    );
    return StudioLifecycleConfigArn;
  }

  /** Sets JupyterLab's built-in configuration of a domain as an admin does. */
  async setBuiltIn(arn: string, DomainId = this.studio.domainId): Promise<void> {
    const JupyterLabAppSettings = { BuiltInLifecycleConfigArn: arn };
    await this.sageMaker.send(new UpdateDomainCommand({ DomainId, DefaultUserSettings: { JupyterLabAppSettings } }));
  }

  /** Starts an app in the space `old`, with the configuration that the domain has now; answers how to delete it. */
  async startApp(AppType: "JupyterLab" | "CodeEditor"): Promise<() => Promise<void>> {
    const space = { DomainId: this.studio.domainId, SpaceName: "old" };
    const app = { ...space, AppType, AppName: "default" } as const;
    await this.sageMaker.send(
      new CreateSpaceCommand({
        ...space,
        OwnershipSettings: { OwnerUserProfileName: this.studio.userProfileName },
        SpaceSharingSettings: { SharingType: "Private" },
        SpaceSettings: { AppType },
      }),
    );
    await this.sageMaker.send(new CreateAppCommand(app));
    return async () => {
      await this.sageMaker.send(new DeleteAppCommand(app));
      while ((await this.sageMaker.send(new DescribeAppCommand(app))).Status !== "Deleted");
    };
  }

  /** The settings of a domain that can name lifecycle configurations. */
  async domain(DomainId = this.studio.domainId) {
    const { DefaultUserSettings, DefaultSpaceSettings } = await this.sageMaker.send(
      new DescribeDomainCommand({ DomainId }),
    );
    return { DefaultUserSettings, DefaultSpaceSettings };
  }

  async updateDomainSettings(DomainId: string, DomainSettingsForUpdate: DomainSettingsForUpdate): Promise<void> {
    await this.sageMaker.send(new UpdateDomainCommand({ DomainId, DomainSettingsForUpdate }));
  }

  async profile(UserProfileName: string, DomainId = this.studio.domainId): Promise<UserSettings | undefined> {
    return (await this.sageMaker.send(new DescribeUserProfileCommand({ DomainId, UserProfileName }))).UserSettings;
  }

  /** The built-in configuration of JupyterLab's apps, by its name. */
  async builtIn(domainId = this.studio.domainId): Promise<string | undefined> {
    const arn = (await this.domain(domainId)).DefaultUserSettings?.JupyterLabAppSettings?.BuiltInLifecycleConfigArn;
    return arn?.split("/")[1];
  }

  async configs(): Promise<string[]> {
    const { StudioLifecycleConfigs = [] } = await this.sageMaker.send(
      new ListStudioLifecycleConfigsCommand({ MaxResults: 100 }),
    );
    return StudioLifecycleConfigs.map(({ StudioLifecycleConfigName = "" }) => StudioLifecycleConfigName).sort();
  }

  /** The names of the parameters below the prefix, without it. */
  async parameters(): Promise<string[]> {
    const { Parameters = [] } = await this.ssm.send(
      new GetParametersByPathCommand({ Path: "/studio-reaper/", Recursive: true }),
    );
    return Parameters.map(({ Name = "" }) => Name.replace("/studio-reaper/", "")).sort();
  }

  /** The calls that change anything, since an earlier number of calls. */
  changesSince(start: number): string[] {
    const changes = /^(Create|Update|Delete|Put)/;
    return this.studio.calls
      .slice(start)
      .map(({ operation }) => operation)
      .filter((operation) => changes.test(operation));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.studio.close();
  }
}

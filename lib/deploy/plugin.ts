/** The plugin that checks a deploy's parameters and policy, and fills in serverless.yml's `${deploy:…}`. Its logic is in the files beside. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SageMakerClient, type SageMakerClientConfig } from "@aws-sdk/client-sagemaker";
import { SSMClient } from "@aws-sdk/client-ssm";
import { InvalidPolicy } from "../policy/document.ts";
import { type Account, createAccount } from "./account.ts";
import { type Outlook, afterDeploy, beforeDeploy } from "./around-deploy.ts";
import { type Deployment, readDeployment } from "./deployment.ts";
import type { StageParameters } from "./given-parameters.ts";
import { Refused } from "./refused.ts";
import { settleConditions } from "./settle-conditions.ts";
import { stackValues } from "./stack-values.ts";

/** What we use of the framework. */
type Serverless = {
  readonly serviceDir: string;
  readonly service: { readonly service: string; readonly provider: { compiledCloudFormationTemplate: unknown } };
  readonly configurationInput: { readonly params?: StageParameters };
  readonly processedInput: {
    readonly commands: readonly string[];
    readonly options: { readonly param?: readonly string[] };
  };
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  getProvider(name: "aws"): {
    getStage(): string;
    getRegion(): string;
    getAwsSdkV3Config(): Promise<SageMakerClientConfig & { region: string }>;
  };
};
type Writers = { readonly log: { readonly notice: (message: string) => void } };
type Variable = { readonly address: string };

/** The commands that make a template. The others, `remove` above all, must work whatever policy.yml says. */
const MAKES_TEMPLATE = ["package", "deploy", "print"];

class DeployPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void> | void>>;
  readonly configurationVariablesSources: {
    readonly deploy: { readonly resolve: (variable: Variable) => Promise<{ value: unknown }> };
  };
  readonly #serverless: Serverless;
  readonly #deployment: Deployment;
  #onStart: Promise<string> | undefined;
  #outlook: Outlook = { notices: [] };

  constructor(serverless: Serverless, _options: unknown, { log }: Writers) {
    this.#serverless = serverless;
    this.#deployment = checked(serverless);
    this.configurationVariablesSources = {
      deploy: { resolve: async ({ address }) => ({ value: at(await this.#values(), address) }) },
    };
    this.hooks = {
      initialize: async () => {
        if (serverless.processedInput.commands.join(" ") !== "deploy") return;
        this.#outlook = await beforeDeploy(this.#deployment, await accountOf(serverless)).catch((error: unknown) =>
          rethrow(error, serverless),
        );
        for (const notice of this.#outlook.notices) log.notice(notice);
      },
      "before:package:initialize": () => this.#build(),
      "before:deploy:function:packageFunction": () => this.#build(),
      "after:aws:package:finalize:mergeCustomProviderResources": () => {
        const { provider } = serverless.service;
        provider.compiledCloudFormationTemplate = settleConditions(provider.compiledCloudFormationTemplate);
      },
      "after:deploy:deploy": () => this.#restore(),
      // One that fails may have written the parameter as well, and its rollback once more.
      error: () => this.#restore(),
    };
  }

  async #values(): Promise<unknown> {
    return stackValues({ ...this.#deployment, onStart: makesTemplate(this.#serverless) ? await this.#script() : "" });
  }

  /** Where `attach` is packaged with it. */
  async #build(): Promise<void> {
    const folder = join(this.#serverless.serviceDir, "build");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "on-start.sh"), await this.#script(), { mode: 0o755 });
  }

  async #restore(): Promise<void> {
    if (this.#outlook.kept !== undefined)
      await afterDeploy(this.#deployment, this.#outlook, await accountOf(this.#serverless));
  }

  #script(): Promise<string> {
    // Not imported above: the framework requires its plugins, and cannot require what awaits at its top level.
    return (this.#onStart ??= import("../../lcc/build.ts").then(({ buildOnStart }) =>
      buildOnStart({ prefix: this.#deployment.parameters.prefix }),
    ));
  }
}

function checked(serverless: Serverless): Deployment {
  const { serviceDir, service, configurationInput, processedInput } = serverless;
  try {
    return readDeployment({
      service: service.service,
      stage: serverless.getProvider("aws").getStage(),
      params: configurationInput.params ?? {},
      commandLine: processedInput.options.param ?? [],
      region: serverless.getProvider("aws").getRegion(),
      policyFile: makesTemplate(serverless) ? policyFile(serviceDir) : undefined,
    });
  } catch (error) {
    return rethrow(error, serverless);
  }
}

function policyFile(folder: string): string {
  const file = join(folder, "policy.yml");
  if (!existsSync(file)) throw new Refused(`policy.yml: there is none at ${file}; the deploy makes the policy of it`);
  return readFileSync(file, "utf8");
}

/** The framework prints its own errors as messages, and any other with its stack. */
function rethrow(error: unknown, { classes, processedInput }: Serverless): never {
  if (!(error instanceof Refused || error instanceof InvalidPolicy)) throw error;
  throw new classes.Error(
    `${error.message}\nNothing was ${processedInput.commands[0] === "deploy" ? "deployed" : "done"}.`,
    "REFUSED",
  );
}

function makesTemplate({ processedInput }: Serverless): boolean {
  return MAKES_TEMPLATE.includes(processedInput.commands[0] ?? "");
}

async function accountOf(serverless: Serverless): Promise<Account> {
  const config = await serverless.getProvider("aws").getAwsSdkV3Config();
  return createAccount({
    cloudFormation: new CloudFormationClient(config),
    sageMaker: new SageMakerClient(config),
    ssm: new SSMClient(config),
  });
}

/** The value at an address like `attach.as`; `null`, which the framework reports, where there is none. */
function at(values: unknown, address: string): unknown {
  return address
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null && key in value ? Reflect.get(value, key) : null),
      values,
    );
}

/** So that the framework, which requires its plugins, gets the class itself. */
export { DeployPlugin as "module.exports" };

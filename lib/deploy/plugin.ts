/** The framework's plugin: checks a deploy's parameters and policy, and fills in serverless.yml's `${deploy:…}`. */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outcomeName, parseOutcome } from "../attach/outcome.ts";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { createRecords, deleteRecord } from "../aws/attachment-records.ts";
import { forgetAgents } from "../aws/agent-parameters.ts";
import { readParameter } from "../aws/parameters.ts";
import { sayError } from "../domain/errors.ts";
import { createAccount, type DeployedStack } from "./account.ts";
import type { Recorded } from "./attach-permissions.ts";
import { leftBehindWords } from "./attached-words.ts";
import { buildAgentFor, writeAgentPieces, type AgentBuild } from "./agent.ts";
import { alarmWords, closingWords } from "./closing-words.ts";
import { consoleAddress } from "./console.ts";
import { readDeployment, type Deployment } from "./deployment.ts";
import { clientsOf, isCommand, makesTemplate, rethrow, type Log, type Serverless } from "./framework.ts";
import { withPermissionsBoundary } from "./permissions-boundary.ts";
import { preflight, restoreKeptPolicy, type PreflightResult } from "./preflight.ts";
import { policyNotes } from "./policy-text.ts";
import { refuseAttachedPolicy } from "./policy-holders.ts";
import { Refused } from "./refused.ts";
import { resolveConditions } from "./resolve-conditions.ts";
import { stackValues } from "./stack-values.ts";

type Variable = { readonly address: string };

class DeployPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void> | void>>;
  readonly configurationVariablesSources: {
    readonly deploy: { readonly resolve: (variable: Variable) => Promise<{ value: unknown }> };
  };
  readonly #serverless: Serverless;
  readonly #log: Log;
  readonly #deployment: Deployment;
  #build: Promise<AgentBuild> | undefined;
  #policyBefore: string | undefined;
  #recorded: Promise<Recorded> | undefined;
  #preflight: PreflightResult = { notices: [] };
  #removedStack: DeployedStack | undefined;

  constructor(serverless: Serverless, _options: unknown, { log }: { readonly log: Log }) {
    this.#serverless = serverless;
    this.#log = log;
    this.#deployment = readOrRefuse(serverless);
    this.configurationVariablesSources = {
      deploy: { resolve: async ({ address }) => ({ value: valueAt(await this.#values(), address) }) },
    };
    this.hooks = {
      initialize: () => {
        if (this.#deployment.parameters.domains === "none")
          Reflect.deleteProperty(serverless.service.functions, "attach");
        return this.#checkAccount();
      },
      "before:package:initialize": () => this.#writeBuild(),
      "before:deploy:function:packageFunction": () => this.#writeBuild(),
      "after:aws:package:finalize:mergeCustomProviderResources": () => {
        const { provider } = serverless.service;
        const { permissionsBoundary } = this.#deployment.parameters;
        const resolved = resolveConditions(provider.compiledCloudFormationTemplate);
        provider.compiledCloudFormationTemplate = withPermissionsBoundary(resolved, permissionsBoundary);
      },
      "after:deploy:deploy": () => this.#finishDeploy(),
      "after:info:info": () => this.#sayWhatHolds(),
      "before:remove:remove": () => this.#readStack(),
      "after:remove:remove": () => this.#finishRemove(),
      // A deploy that fails may have written the policy, too, and its rollback once more.
      error: () => this.#restorePolicy(),
    };
  }

  async #values(): Promise<unknown> {
    const onStart = makesTemplate(this.#serverless) ? (await this.#built()).script : "";
    const recorded = await (this.#recorded ??= this.#readRecords());
    const region = this.#serverless.getProvider("aws").getRegion();
    return { ...stackValues({ ...this.#deployment, onStart, recorded }), console: consoleAddress(region) };
  }

  async #readRecords(): Promise<Recorded> {
    if (!isCommand(this.#serverless, "deploy")) return { targets: [], roles: [] };
    const { ssm } = await clientsOf(this.#serverless);
    const records = createRecords(ssm, this.#deployment.parameters.prefix);
    return { targets: await records.targets(), roles: await records.roles() };
  }

  #built(): Promise<AgentBuild> {
    return (this.#build ??= buildAgentFor(this.#deployment.parameters.prefix));
  }

  async #checkAccount(): Promise<void> {
    if (!isCommand(this.#serverless, "deploy")) return;
    const account = createAccount(await clientsOf(this.#serverless));
    this.#policyBefore = await account.parameter(this.#policyName);
    this.#preflight = await preflight(this.#deployment, account).catch((error: unknown) =>
      rethrow(error, this.#serverless),
    );
    for (const notice of this.#preflight.notices) this.#log.notice(notice);
    for (const note of policyNotes(this.#deployment.policy, new Date())) this.#log.warning(note);
  }

  /** Writes the files that the package of `attach` contains. */
  async #writeBuild(): Promise<void> {
    const { script, archive } = await this.#built();
    const folder = join(this.#serverless.serviceDir, "build");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "on-start.sh"), script, { mode: 0o755 });
    await writeFile(join(folder, "agent.lzma"), archive);
  }

  async #finishDeploy(): Promise<void> {
    await this.#restorePolicy();
    const { domains, prefix } = this.#deployment.parameters;
    // Where `attach` reaches no domain, it is never invoked.
    if (domains === "none") {
      const { ssm } = await clientsOf(this.#serverless);
      await writeAgentPieces(ssm, prefix, await this.#built());
      await this.#sayWhatIsLeft(ssm, prefix);
    }
    await this.#sayWhatHolds(alarmWords(this.#deployment.parameters));
  }

  /** Says what is deployed, and where to look. What cannot be read never fails a deploy that is done. */
  async #sayWhatHolds(more: readonly string[] = []): Promise<void> {
    const { name, parameters } = this.#deployment;
    const account = createAccount(await clientsOf(this.#serverless));
    const read = (parameter: string) => account.parameter(parameter).catch(() => undefined);
    const [now, outcome] = [await read(this.#policyName), await read(outcomeName(parameters.prefix))];
    const { attaches = true } = (await account.stack(name).catch(() => undefined)) ?? {};
    const words = closingWords(name, this.#serverless.getProvider("aws").getRegion(), {
      policy: { before: this.#policyBefore, now },
      attaches,
      outcome: parseOutcome(outcome ?? ""),
    });
    for (const line of [...words, ...more]) this.#log.notice(line);
  }

  get #policyName(): string {
    return `${this.#deployment.parameters.prefix}/policy`;
  }

  async #restorePolicy(): Promise<void> {
    if (this.#preflight.keptPolicy !== undefined)
      await restoreKeptPolicy(this.#deployment, this.#preflight, createAccount(await clientsOf(this.#serverless)));
  }

  async #readStack(): Promise<void> {
    const clients = await clientsOf(this.#serverless);
    const stack = await createAccount(clients).stack(this.#deployment.name);
    this.#removedStack = stack;
    if (stack === undefined || stack.detachesFromAllRoles) return;
    const prefix = prefixOf(stack) ?? this.#deployment.parameters.prefix;
    await refuseAttachedPolicy(clients, this.#deployment.name, createRecords(clients.ssm, prefix)).catch(
      (error: unknown) => rethrow(error, this.#serverless),
    );
  }

  /** Says what `attach` left behind, and deletes what it would have deleted, if the stack had attached anything. */
  async #finishRemove(): Promise<void> {
    const prefix = prefixOf(this.#removedStack);
    if (prefix === undefined) return;
    const { ssm } = await clientsOf(this.#serverless);
    if (this.#removedStack?.attaches === true) return this.#sayWhatIsLeft(ssm, prefix);
    await forgetAgents(ssm, prefix).catch((error: unknown) => {
      this.#log.warning(`Parameters below ${prefix} were not deleted: ${sayError(error)}`);
    });
  }

  /** The outcome of a removal has no other use, so it is deleted once it is said. */
  async #sayWhatIsLeft(ssm: SSMClient, prefix: string): Promise<void> {
    const name = outcomeName(prefix);
    const text = (await readParameter(ssm, name).catch(() => undefined))?.Value ?? "";
    for (const line of leftBehindWords(parseOutcome(text))) this.#log.notice(line);
    await deleteRecord(ssm, name).catch(() => undefined);
  }
}

const prefixOf = (stack: DeployedStack | undefined): string | undefined => stack?.policy?.name.replace(/\/policy$/, "");

function readOrRefuse(serverless: Serverless): Deployment {
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
  if (!existsSync(file)) throw new Refused(`policy.yml: there is none at ${file}, and the deploy needs a policy`);
  return readFileSync(file, "utf8");
}

/** The value at an address like `attach.as`; `null` where there is none, which the framework reports. */
function valueAt(values: unknown, address: string): unknown {
  return address
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null && key in value ? Reflect.get(value, key) : null),
      values,
    );
}

/** So that the framework, which requires its plugins, gets the class itself. */
export { DeployPlugin as "module.exports" };

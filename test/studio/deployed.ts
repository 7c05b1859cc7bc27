import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { agentId } from "../../lib/attach/agent.ts";
import { configName } from "../../lib/attach/lifecycle-config-name.ts";
import type { AppType } from "../../lib/attach/settings-target.ts";
import type { AgentArchive } from "../../lib/domain/agent-archive.ts";
import type { Json, Service } from "./wire/operation.ts";

/**
 * What the deploy brings into the account: the agent and its script, unless the account is bare, and the policy if
 * there is one.
 */
export type Deploy = {
  agent: AgentArchive | undefined;
  lifecycleScript: string | undefined;
  policy: string | undefined;
};
/** Where the people of the account are. */
export type Deployed = { domainId: string; userProfileName: string };

const userProfileName = "user";
const executionRole = "arn:aws:iam::123456789012:role/StudioExecution";

/** Brings the account to where the deploy leaves it, by the services' own operations. */
export async function deploy(
  sagemaker: Service,
  ssm: Service,
  { agent, lifecycleScript, policy }: Deploy,
): Promise<Deployed> {
  const call = (service: Service, operation: string, input: Json): Promise<Json> =>
    Promise.resolve(service.operations[operation]?.(input) ?? {});
  const builtIn = async (appType: AppType): Promise<Json | undefined> => {
    if (lifecycleScript === undefined) return undefined;
    const { StudioLifecycleConfigArn } = await call(
      sagemaker,
      "CreateStudioLifecycleConfig",
      lifecycleConfig(appType, lifecycleScript),
    );
    return { BuiltInLifecycleConfigArn: StudioLifecycleConfigArn };
  };
  const [JupyterLabAppSettings, CodeEditorAppSettings] = [await builtIn("JupyterLab"), await builtIn("CodeEditor")];
  const { DomainId } = await call(sagemaker, "CreateDomain", {
    DomainName: "studio",
    AuthMode: "IAM",
    DefaultUserSettings: {
      ExecutionRole: executionRole,
      ...(JupyterLabAppSettings && { JupyterLabAppSettings }),
      ...(CodeEditorAppSettings && { CodeEditorAppSettings }),
    },
    DefaultSpaceSettings: { ExecutionRole: executionRole, ...(JupyterLabAppSettings && { JupyterLabAppSettings }) },
  });
  const domainId = v.parse(v.string(), DomainId);
  await call(sagemaker, "CreateUserProfile", { DomainId: domainId, UserProfileName: userProfileName });
  const put = (name: string, Value: string): Promise<Json> =>
    call(ssm, "PutParameter", { Name: `/studio-reaper/${name}`, Type: "String", Tier: "Standard", Value });
  if (agent !== undefined)
    for (const { name, value } of agent.pieces) await put(`agent/${agentId(agent.sha256)}/${name}`, value);
  if (policy !== undefined) await put("policy", policy);
  return { domainId, userProfileName };
}

/** The repository's policy.yml, where it has one. */
export function policyDocument(): Promise<string | undefined> {
  return readFile(join(import.meta.dirname, "../../policy.yml"), "utf8").catch(() => undefined);
}

function lifecycleConfig(appType: AppType, script: string): Json {
  const StudioLifecycleConfigContent = Buffer.from(script).toString("base64");
  return {
    StudioLifecycleConfigName: configName("studio-reaper", appType, script),
    StudioLifecycleConfigAppType: appType,
    StudioLifecycleConfigContent,
  };
}

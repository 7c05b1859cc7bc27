import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSpaceCommand,
  CreateStudioLifecycleConfigCommand,
  CreateUserProfileCommand,
} from "@aws-sdk/client-sagemaker";
import { build } from "../lib/attach/agents.ts";
import { request, startAnswerServer } from "../lib/attach/cloudformation-answers.ts";
import { createPolicy, createRole, iamOf } from "../lib/attach/moto-iam.ts";
import type { Call } from "../studio/calls.ts";
import { clientEnvironment, clientsOf } from "../studio/clients.ts";
import { startStudio } from "../studio/index.ts";
import { runLambda } from "./lambda.ts";
import { startRecordedMoto } from "./recorded-moto.ts";

const NAME = "studio-reaper-dev";

/**
 * The calls of the attachment's function when CloudFormation asks it to attach and then to detach. The account makes it
 * call everything that it can: it has a profile with a setting of its own, a space that may name a configuration of
 * ours, an execution role without the policy, a heartbeat and a former agent.
 */
export async function rehearseAttach(): Promise<readonly Call[]> {
  await using studio = await startStudio({ instances: "none", bare: true });
  await using iam = await startRecordedMoto("iam");
  const { sagemaker: sageMaker } = clientsOf(studio);
  const direct = iamOf(iam.direct);
  await createRole(direct);
  const policyArn = await createPolicy(direct, `${NAME}-heartbeats`);
  const { StudioLifecycleConfigArn: LifecycleConfigArn = "" } = await sageMaker.send(
    new CreateStudioLifecycleConfigCommand({
      StudioLifecycleConfigName: "adas-own",
      StudioLifecycleConfigAppType: "JupyterLab",
      StudioLifecycleConfigContent: "ZXhpdCAw",
    }),
  );
  await sageMaker.send(
    new CreateUserProfileCommand({
      DomainId: studio.domainId,
      UserProfileName: "ada",
      UserSettings: {
        JupyterLabAppSettings: {
          DefaultResourceSpec: { LifecycleConfigArn },
          LifecycleConfigArns: [LifecycleConfigArn],
        },
      },
    }),
  );
  await sageMaker.send(new CreateSpaceCommand({ DomainId: studio.domainId, SpaceName: "adas" }));
  studio.seed.parameters([
    { name: `/studio-reaper/heartbeats/${studio.domainId}/space/ada/JupyterLab/default`, value: "{}" },
    { name: "/studio-reaper/agent/0123456789abcdef/00", value: "Zm9ybWVy", modifiedAt: Date.now() - 3_600_000 },
  ]);
  const setUp = studio.calls.length;

  await using cloudFormation = await startAnswerServer();
  await using built = await builtFiles();
  const settings = {
    DEPLOYMENT: NAME,
    ATTACH_PROFILES: "change",
    ATTACH_AS: "default",
    HEARTBEAT_POLICY_ARN: policyArn,
    RESOURCE_TAGS: '{"team": "data"}',
    ON_START_FILE: built.script,
    AGENT_FILE: built.archive,
  };
  await runLambda(
    "attach",
    { ...clientEnvironment(studio), AWS_REGION: studio.region, AWS_ENDPOINT_URL_IAM: iam.endpoint, ...settings },
    async (invoke) => {
      for (const type of ["Create", "Delete"])
        await invoke(request(type, cloudFormation.url, { PhysicalResourceId: "studio-attachment" }));
    },
  );
  const statuses = cloudFormation.answers.map(({ Status }) => Status).join();
  if (statuses !== "SUCCESS,SUCCESS")
    throw new Error(`the rehearsal went wrong: CloudFormation was answered ${statuses}`);
  return [...studio.calls.slice(setUp), ...iam.calls];
}

/** The files that the function's package has beside its code. */
async function builtFiles(): Promise<AsyncDisposable & { readonly script: string; readonly archive: string }> {
  const folder = await mkdtemp(join(tmpdir(), "attach-rehearsal-"));
  const [script, archive] = [join(folder, "on-start.sh"), join(folder, "agent.lzma")];
  const agent = build("the agent");
  await writeFile(script, agent.script);
  await writeFile(archive, agent.archive);
  return { script, archive, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeDomainCommand, ListStudioLifecycleConfigsCommand } from "@aws-sdk/client-sagemaker";
import { GetParametersByPathCommand } from "@aws-sdk/client-ssm";
import { buildAgent, buildOnStart } from "../../lcc/build.ts";
import { lambdaContext } from "../demo/invocation.ts";
import { request, startAnswerServer, type AnswerServer } from "../lib/attach/cloudformation-answers.ts";
import { createPolicy, createRole, iamOf } from "../lib/attach/moto-iam.ts";
import { startMoto } from "../studio/moto.ts";
import { openApp, Schedule, setStage, type Stage } from "./stage.ts";

const TIMEOUT = 10;

/**
 * The account as it is before the deploy, then what CloudFormation asks for at deploy and at remove, with a real app in
 * between.
 */
describe("from deploy to remove", () => {
  const started = new AsyncDisposableStack();
  let stage: Stage;
  let cloudFormation: AnswerServer;

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), "attach-"));
    started.defer(() => rm(folder, { recursive: true }));
    cloudFormation = started.use(await startAnswerServer());
    const moto = started.adopt(await startMoto(), ({ close }) => close());
    stage = started.use(await setStage({ instances: "jupyter", bare: true }));
    const [script, archive] = [join(folder, "on-start.sh"), join(folder, "agent.lzma")];
    const { bytes, sha256 } = await buildAgent();
    await writeFile(script, await buildOnStart({ sha256 }));
    await writeFile(archive, bytes);
    const iam = iamOf(moto.endpoint);
    await createRole(iam);
    Object.assign(process.env, {
      DEPLOYMENT: "studio-reaper-dev",
      HEARTBEAT_POLICY_ARN: await createPolicy(iam, "heartbeats"),
      ON_START_FILE: script,
      AGENT_FILE: archive,
      AWS_ENDPOINT_URL_IAM: moto.endpoint,
    });
  });
  after(() => started.disposeAsync());

  async function deploy(type: "Create" | "Delete"): Promise<void> {
    const { handler } = await import("../../handlers/attach.ts");
    await handler(request(type, cloudFormation.url, { PhysicalResourceId: "studio-attachment" }), lambdaContext());
    const answer = cloudFormation.answers.at(-1);
    assert.deepEqual([answer?.Status, answer?.Data["Problems"]], ["SUCCESS", ""], answer?.Reason);
  }
  async function settings() {
    const { DefaultUserSettings, DefaultSpaceSettings } = await stage.account.sageMaker.send(
      new DescribeDomainCommand({ DomainId: stage.studio.domainId }),
    );
    return { DefaultUserSettings, DefaultSpaceSettings };
  }

  it("an app whose user chose nothing reports, is stopped when idle, and only the policy is left", async () => {
    await stage.account.putPolicy({
      version: 1,
      mode: "live",
      agent: { sampleSeconds: 1 },
      defaults: { idleTimeInSeconds: TIMEOUT },
    });
    await stage.sweep();
    const before = await settings();
    await deploy("Create");

    await openApp(stage, "unattended");
    const schedule = new Schedule(stage, 1000);
    const { reason } = await schedule
      .until("unattended", ({ outcome }) => outcome === "stopped", 90)
      .finally(() => schedule.end());
    assert.equal(reason, "idle");
    while ((await stage.account.describeApp("unattended")).Status !== "Deleted") await sleep(100);

    await deploy("Delete");
    assert.deepEqual(await settings(), before);
    const { StudioLifecycleConfigs } = await stage.account.sageMaker.send(new ListStudioLifecycleConfigsCommand({}));
    const { Parameters = [] } = await stage.account.ssm.send(
      new GetParametersByPathCommand({ Path: "/studio-reaper", Recursive: true }),
    );
    assert.deepEqual([StudioLifecycleConfigs, Parameters.map(({ Name }) => Name)], [[], ["/studio-reaper/policy"]]);
  });
});

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { AttachRolePolicyCommand, ListAttachedRolePoliciesCommand, type IAMClient } from "@aws-sdk/client-iam";
import { ListTagsCommand } from "@aws-sdk/client-sagemaker";
import { configName } from "../../lib/attach/lifecycle-config-name.ts";
import { agentPieces } from "../../lib/domain/agent-archive.ts";
import { lambdaContext } from "../demo/invocation.ts";
import { build } from "../lib/attach/agents.ts";
import { request, startAnswerServer, type Answer, type AnswerServer } from "../lib/attach/cloudformation-answers.ts";
import { createPolicy, createRole, iamOf } from "../lib/attach/moto-iam.ts";
import { AttachStage } from "../lib/attach/stage.ts";
import { startMoto, type Moto } from "../studio/moto.ts";

process.env["POWERTOOLS_LOG_LEVEL"] = "SILENT";
const { handler } = await import("../../handlers/attach.ts");

const FIRST = build("the first agent");
const NEXT = build("the next agent");
const labOf = ({ script }: typeof FIRST) => configName("studio-reaper-dev", "JupyterLab", script);
const LAB = labOf(FIRST);
const SETTINGS = [
  "DEPLOYMENT",
  "ATTACH_DOMAINS",
  "ATTACH_AS",
  "ATTACH_PROFILES",
  "ATTACH_ROLES",
  "HEARTBEAT_POLICY_ARN",
  "RESOURCE_TAGS",
  "ON_START_FILE",
  "AGENT_FILE",
  "AWS_ENDPOINT_URL_IAM",
];

describe("the attach handler", () => {
  const started = new AsyncDisposableStack();
  let moto: Moto;
  let iam: IAMClient;
  let stage: AttachStage;
  let cloudFormation: AnswerServer;
  let folder: string;

  before(async () => {
    moto = started.adopt(await startMoto(), ({ close }) => close());
    iam = iamOf(moto.endpoint);
    folder = await mkdtemp(join(tmpdir(), "attach-"));
    started.defer(() => rm(folder, { recursive: true }));
  });
  after(() => started.disposeAsync());
  beforeEach(async () => {
    stage = await AttachStage.set();
    cloudFormation = await startAnswerServer();
    await fetch(`${moto.endpoint}/moto-api/reset`, { method: "POST" });
    await createRole(iam);
    await packageAgent(FIRST);
    const given = {
      DEPLOYMENT: "studio-reaper-dev",
      HEARTBEAT_POLICY_ARN: await createPolicy(iam, "heartbeats"),
      ON_START_FILE: join(folder, "on-start.sh"),
      AGENT_FILE: join(folder, "agent.lzma"),
      RESOURCE_TAGS: '{"team": "ml"}',
      AWS_ENDPOINT_URL_IAM: moto.endpoint,
    };
    Object.assign(process.env, given);
  });
  afterEach(async () => {
    for (const name of SETTINGS) Reflect.deleteProperty(process.env, name);
    await cloudFormation[Symbol.asyncDispose]();
    await stage.studio.close();
  });

  /** Puts a build where the function's package has it. */
  async function packageAgent({ script, archive }: typeof FIRST): Promise<void> {
    await writeFile(join(folder, "on-start.sh"), script);
    await writeFile(join(folder, "agent.lzma"), archive);
  }
  const invoke = (event: unknown, remainingMs = 300_000) =>
    handler(event, { ...lambdaContext(), getRemainingTimeInMillis: () => remainingMs });
  /** Sends a request, and holds that it is answered once. */
  async function answered(
    type: string,
    overrides: Record<string, unknown> = {},
    remainingMs?: number,
  ): Promise<Answer> {
    const start = cloudFormation.answers.length;
    await invoke(request(type, cloudFormation.url, overrides), remainingMs);
    assert.equal(cloudFormation.answers.length, start + 1);
    const [answer] = cloudFormation.answers.slice(start);
    assert.ok(answer && answer.bytes <= 4096 && Buffer.byteLength(answer.Reason) <= 1024);
    const { StackId, RequestId, LogicalResourceId } = answer;
    assert.deepEqual(
      [StackId, RequestId, LogicalResourceId],
      ["arn:aws:cloudformation:us-east-1:123456789012:stack/studio-reaper-dev/1", "request-1", "Attachment"],
    );
    return answer;
  }
  const policies = async (RoleName: string) =>
    ((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies ?? []).map(
      ({ PolicyName }) => PolicyName,
    );
  const deny = (operation: string) =>
    stage.studio.faults.add({ operation, error: { code: "AccessDeniedException", message: `no ${operation}` } });

  it("at Create attaches everything and answers with what it made", async () => {
    const answer = await answered("Create");
    assert.deepEqual([answer.Status, answer.Data["Problems"], answer.contentType], ["SUCCESS", "", ""]);
    assert.match(answer.Data["JupyterLabArn"] ?? "", new RegExp(`/${LAB}$`));
    assert.equal(await stage.builtIn(), LAB);
    assert.deepEqual(await policies("StudioExecution"), ["heartbeats"]);
    const { Tags } = await stage.sageMaker.send(new ListTagsCommand({ ResourceArn: answer.Data["CodeEditorArn"] }));
    assert.deepEqual(Tags, [{ Key: "team", Value: "ml" }]);
  });

  it("at Create waits for its role, which was made a moment ago, to be known everywhere", async () => {
    for (const operation of ["DescribeStudioLifecycleConfig", "ListDomains"])
      stage.studio.faults.add({ operation, times: 2, error: { code: "AccessDeniedException", message: "not yet" } });
    const { Status, Data } = await answered("Create");
    assert.deepEqual([Status, Data["Problems"]], ["SUCCESS", ""]);
    assert.equal(await stage.builtIn(), LAB);
  });

  it("at Update attaches the new script, and the former one where the update is rolled back", async () => {
    const { PhysicalResourceId } = await answered("Create");
    await packageAgent(NEXT);
    const update = await answered("Update", { PhysicalResourceId });
    assert.equal(update.PhysicalResourceId, PhysicalResourceId);
    assert.equal(await stage.builtIn(), labOf(NEXT));
    await packageAgent(FIRST);
    assert.equal((await answered("Update", { PhysicalResourceId })).Status, "SUCCESS");
    assert.equal(await stage.builtIn(), LAB);
  });

  it("at Delete leaves the account as it was, but for the policy that is CloudFormation's own", async () => {
    const before = await stage.domain();
    await createRole(iam, "by-hand");
    const { PhysicalResourceId } = await answered("Create");
    await iam.send(
      new AttachRolePolicyCommand({ RoleName: "by-hand", PolicyArn: process.env["HEARTBEAT_POLICY_ARN"] }),
    );
    const answer = await answered("Delete", { PhysicalResourceId });
    assert.deepEqual([answer.Status, answer.Data["Problems"]], ["SUCCESS", ""]);
    assert.deepEqual(await stage.domain(), before);
    assert.deepEqual([await policies("StudioExecution"), await policies("by-hand")], [[], []]);
    assert.deepEqual([await stage.configs(), await stage.parameters()], [[], ["policy"]]);
    assert.equal(
      (await answered("Delete", { PhysicalResourceId })).Status,
      "SUCCESS",
      "and a second time, where there is nothing",
    );
  });

  it("at the Delete after a Create that failed half-way undoes what there is", async () => {
    await rm(join(folder, "on-start.sh"));
    const failed = await answered("Create");
    assert.equal(failed.Status, "FAILED");
    assert.match(failed.Reason, /on-start\.sh.*\(log stream local\)$/);
    assert.equal((await answered("Delete", { PhysicalResourceId: failed.PhysicalResourceId })).Status, "SUCCESS");
    await packageAgent(FIRST);
    deny("ListDomains");
    const later = await answered("Create", {}, 59_000);
    assert.match(later.Reason, /^AccessDeniedException: no ListDomains/);
    assert.equal((await answered("Delete", { PhysicalResourceId: later.PhysicalResourceId })).Status, "SUCCESS");
    assert.deepEqual(await stage.configs(), []);
  });

  it("fails a Create whose script fetches another agent than the package has, and makes nothing", async () => {
    await packageAgent({ ...FIRST, archive: NEXT.archive });
    const { Status, Reason } = await answered("Create");
    assert.equal(Status, "FAILED");
    const [expected, found] = [FIRST, NEXT].map(({ archive }) => agentPieces(archive).sha256);
    assert.match(Reason, new RegExp(`${expected}, but the archive beside it has ${found}`));
    assert.deepEqual([await stage.configs(), await stage.parameters()], [[], ["attachments/lease", "policy"]]);
  });

  it("fails a Create with a mistake in the environment, naming it, but not the Delete that follows", async () => {
    process.env["ATTACH_AS"] = "builtin";
    const answer = await answered("Create");
    assert.equal(answer.Status, "FAILED");
    assert.match(answer.Reason, /^ATTACH_AS: expected built-in or default, got "builtin"/);
    assert.equal((await answered("Delete", { PhysicalResourceId: answer.PhysicalResourceId })).Status, "SUCCESS");
    assert.equal(
      (await answered("Delete", { PhysicalResourceId: "studio-attachment" })).Status,
      "FAILED",
      "where something may have been made, it is not left behind silently",
    );
  });

  it("succeeds where single domains and roles could not be reached, and says which", async () => {
    const names = await Promise.all(Array.from({ length: 60 }, (_, i) => stage.createDomain(`domain-${i}`)));
    stage.studio.faults.add({
      operation: "UpdateDomain",
      when: ({ DomainId }) => DomainId !== stage.studio.domainId,
      error: { code: "AccessDeniedException", message: "no" },
    });
    const { Status, Data } = await answered("Create");
    assert.equal(Status, "SUCCESS");
    assert.match(Data["Problems"] ?? "", new RegExp(`^${names[0] ?? ""}: AccessDeniedException: no`));
    assert.equal(await stage.builtIn(), LAB);
  });

  it("answers a Delete that nothing could be undone for with a failure", async () => {
    await answered("Create");
    for (const operation of ["GetParametersByPath", "ListStudioLifecycleConfigs"]) deny(operation);
    process.env["AWS_ENDPOINT_URL_IAM"] = stage.studio.endpoint; // which has no IAM
    const { Status, Reason } = await answered("Delete");
    assert.equal(Status, "FAILED");
    assert.match(Reason, /^nothing could be undone: .*no GetParametersByPath/);
  });

  it("answers before its time is over, though a call hangs", async () => {
    stage.studio.faults.add({ operation: "ListDomains", delayMs: 5_000 });
    const { Status, Reason } = await answered("Create", {}, 20_100);
    assert.equal(Status, "FAILED");
    assert.match(Reason, /^the time of the invocation is over/);
  });

  it("tries again to answer where it is not taken at first", async () => {
    cloudFormation.refusals = 2;
    assert.equal((await answered("Create")).Status, "SUCCESS");
  });

  it("answers a request that is garbage, and fails where there is nowhere to answer to", async () => {
    const { Status, Reason } = await answered("Refresh");
    assert.equal(Status, "FAILED");
    assert.match(Reason, /^RequestType: expected Create, Update or Delete, got "Refresh"/);
    await invoke({ ResponseURL: cloudFormation.url, RequestType: 7, StackId: null });
    assert.equal(cloudFormation.answers.at(-1)?.Status, "FAILED");
    for (const event of [{ RequestType: "Delete" }, { RequestType: "Create", ResponseURL: "nowhere" }])
      await assert.rejects(invoke(event), /no ResponseURL/);
    assert.equal(await stage.builtIn(), undefined);
  });

  it("invoked by the schedule attaches to a domain that has appeared, and rejects where anything failed", async () => {
    await answered("Create");
    const later = await stage.createDomain("later");
    const report = await invoke({});
    assert.equal(await stage.builtIn(later), LAB);
    assert.deepEqual([report.failures, report.changed.every(({ on }) => on === later)], [[], true]);
    await stage.createDomain("last");
    deny("UpdateDomain");
    await assert.rejects(invoke({}), {
      name: "AttachmentFailed",
      message: /^1 failed: d-\w+: AccessDeniedException: no UpdateDomain$/,
    });
    assert.equal(cloudFormation.answers.length, 1);
  });
});

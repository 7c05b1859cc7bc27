import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ListAttachedRolePoliciesCommand } from "@aws-sdk/client-iam";
import { DescribeDomainCommand, ListStudioLifecycleConfigsCommand } from "@aws-sdk/client-sagemaker";
import {
  DeleteParameterCommand,
  GetParameterCommand,
  paginateGetParametersByPath,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import { buildAgent } from "../../lcc/build.ts";
import { agentId } from "../../lib/attach/agent.ts";
import { Journal } from "../../lib/attach/journal.ts";
import { formatLeftBehind, outcomeName } from "../../lib/attach/outcome.ts";
import { type AnswerServer, request, startAnswerServer } from "../lib/attach/cloudformation-answers.ts";
import { createRole, iamOf } from "../lib/attach/moto-iam.ts";
import { clientEnvironment, clientsOf } from "../studio/clients.ts";
import { type EmbeddedStudio, startStudio } from "../studio/index.ts";
import { type Moto, startMoto } from "../studio/moto.ts";
import { type Inventory, inventory } from "./inventory.ts";
import { invokePackaged } from "./packaged.ts";
import { type Ended, Project } from "./project.ts";

// moto runs a custom resource's function in Docker, and without Docker not at all. So the tests themselves send
// CloudFormation's requests to the packaged function, with the environment that the stack gives it.
process.env["DOCKER_HOST"] = "tcp://127.0.0.1:9";

const NAME = "studio-reaper-dev";
const POLICY = "/studio-reaper/policy";
const OUTCOME = outcomeName("/studio-reaper");
const NOTHING: Inventory = {
  stacks: [],
  functions: [],
  roles: ["StudioExecution"],
  policies: [],
  parameters: [],
  topics: [],
  logGroups: [],
  dashboards: [],
  buckets: [],
  environments: {},
};

/** The steps build on each other, as they do in an account. */
describe("serverless deploy and remove", () => {
  let moto: Moto;
  let studio: EmbeddedStudio;
  let project: Project;
  let cloudFormation: AnswerServer;
  let environments: Inventory["environments"];
  let domainBefore: unknown;
  before(async () => {
    [moto, studio, project, cloudFormation] = await Promise.all([
      startMoto(),
      startStudio({ instances: "none", bare: true }),
      Project.copy(),
      startAnswerServer(),
    ]);
    await createRole(iam());
    domainBefore = await domain();
  });
  after(() =>
    Promise.all([moto.close(), studio.close(), project[Symbol.asyncDispose](), cloudFormation[Symbol.asyncDispose]()]),
  );

  const iam = () => iamOf(moto.endpoint);
  const serverless = (command: string, ...params: readonly string[]): Promise<Ended> =>
    project.serverless([command, ...params.flatMap((one) => ["--param", one])], clientEnvironment(moto));
  const policy = async () =>
    (await clientsOf(moto).ssm.send(new GetParameterCommand({ Name: POLICY }))).Parameter?.Value;
  const handEdit = (Value: string) =>
    clientsOf(moto).ssm.send(new PutParameterCommand({ Name: POLICY, Value, Overwrite: true }));
  const policyFile = () => readFile(join(project.folder, "policy.yml"), "utf8");
  const revision = async () => (await project.template()).Resources["Attachment"]?.Properties["Revision"];
  const domain = async () => {
    const settings = await clientsOf(studio).sagemaker.send(new DescribeDomainCommand({ DomainId: studio.domainId }));
    return { ...settings, $metadata: undefined, LastModifiedTime: undefined };
  };

  const parameterNames = async (account: Moto | EmbeddedStudio) => {
    const { ssm } = clientsOf(account);
    const names: string[] = [];
    for await (const { Parameters = [] } of paginateGetParametersByPath(
      { client: ssm },
      { Path: "/studio-reaper", Recursive: true },
    ))
      names.push(...Parameters.flatMap(({ Name = "" }) => Name));
    return names.sort();
  };
  /** The names of the parameters that apps fetch the project's agent from. */
  const agentParameters = async () => {
    const { sha256, pieces } = await buildAgent();
    return pieces.map(({ name }) => `/studio-reaper/agent/${agentId(sha256)}/${name}`);
  };

  async function succeeds(...args: Parameters<typeof serverless>): Promise<string> {
    const { code, output } = await serverless(...args);
    assert.equal(code, 0, output);
    return output;
  }

  async function invoke(name: "sweep" | "attach", event: object): Promise<unknown> {
    const environment = {
      ...environments[`${NAME}-${name}`],
      ...clientEnvironment(studio),
      AWS_REGION: studio.region,
      AWS_ENDPOINT_URL_IAM: moto.endpoint,
    };
    return invokePackaged(
      join(project.folder, `.serverless/${name}.zip`),
      join(project.folder, "packaged", name),
      `handlers/${name}.mjs`,
      environment,
      event,
    );
  }

  it("makes the whole stack at once, and says in which mode, where to look and what is left to do", async () => {
    const said = await succeeds("deploy");
    for (const line of [/Mode: live\./, /Dashboard: https:/, /Attached: unknown yet/, /No one is told of alarms/])
      assert.match(said, line);
    assert.match(await succeeds("info"), /Mode: live\..*Dashboard: https:/s);
    const { policies, buckets, roles, ...there } = await inventory(moto);
    environments = there.environments;
    assert.deepEqual(there, {
      stacks: [NAME],
      functions: [`${NAME}-attach`, `${NAME}-sweep`],
      parameters: [POLICY],
      topics: [`arn:aws:sns:us-east-1:123456789012:${NAME}-alarms`],
      logGroups: [`/aws/lambda/${NAME}-attach 30`, `/aws/lambda/${NAME}-sweep 30`],
      dashboards: [`${NAME}-us-east-1`],
      environments,
    });
    assert.deepEqual(
      [policies.length, buckets.length, roles.length],
      [1, 1, 4],
      "a heartbeat policy, a bucket for the code, two functions' roles and the schedules'",
    );
    assert.equal(await policy(), await policyFile());
  });

  it("makes a function that attaches every domain", async () => {
    await invoke("attach", request("Create", cloudFormation.url));
    assert.equal(cloudFormation.answers.at(-1)?.Status, "SUCCESS", cloudFormation.answers.at(-1)?.Reason);
    const { StudioLifecycleConfigs = [] } = await clientsOf(studio).sagemaker.send(
      new ListStudioLifecycleConfigsCommand({}),
    );
    assert.deepEqual(
      StudioLifecycleConfigs.map((config) =>
        config.StudioLifecycleConfigName?.replace(/[0-9a-f]{12}$/, "<hash>"),
      ).sort(),
      [`${NAME}-codeeditor-<hash>`, `${NAME}-jupyterlab-<hash>`],
    );
    assert.notDeepEqual(await domain(), domainBefore);
    const agent = await agentParameters();
    assert.deepEqual(
      (await parameterNames(studio)).filter((name) => name.startsWith("/studio-reaper/agent/")),
      agent,
    );
    const { AttachedPolicies = [] } = await iam().send(
      new ListAttachedRolePoliciesCommand({ RoleName: "StudioExecution" }),
    );
    assert.deepEqual(
      AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
      [environments[`${NAME}-attach`]?.["HEARTBEAT_POLICY_ARN"]],
    );
  });

  it("says later, too, what is attached", async () => {
    const { Parameter } = await clientsOf(studio).ssm.send(new GetParameterCommand({ Name: OUTCOME }));
    // In an account, the function and the deployer have one Parameter Store.
    const { ssm } = clientsOf(moto);
    await ssm.send(new PutParameterCommand({ Name: OUTCOME, Value: Parameter?.Value, Type: "String" }));
    const said = await succeeds("info");
    assert.ok(said.includes(`Attached: ${studio.domainId}. What is new is attached within the hour`), said);
    await ssm.send(new DeleteParameterCommand({ Name: OUTCOME }));
  });

  it("makes a function that sweeps", async () => {
    const answer = await invoke("sweep", {});
    assert.ok(typeof answer === "object" && answer !== null && "summary" in answer);
    assert.partialDeepStrictEqual(answer.summary, { mode: "live", apps: 0, failures: [] });
  });

  it("changes nothing the second time", async () => {
    assert.match(await succeeds("deploy"), /No changes to deploy/);
  });

  it("updates the attachment where the agent changed, and nothing else", async () => {
    const [revisionBefore, resourcesBefore] = [await revision(), (await project.template()).Resources];
    await appendFile(join(project.folder, "lcc/agent/clock.py"), "# changed\n");
    await succeeds("deploy");
    assert.notEqual(await revision(), revisionBefore);
    const { Resources } = await project.template();
    const changed = Object.keys(Resources).filter(
      (id) => !isEqual(withoutCode(Resources[id]), withoutCode(resourcesBefore[id])),
    );
    assert.deepEqual(changed, ["Attachment"]);
  });

  it("leaves a policy that was changed by hand in force, and says so", async () => {
    const edited = (await policyFile()).replace("3600", "1800");
    await handEdit(edited);
    assert.match(await succeeds("deploy", "tags=team=data"), /policy was changed by hand: it stays in force/);
    assert.equal(await policy(), edited);
  });

  it("is refused where that policy would be lost to a changed policy.yml, until told to overwrite it", async () => {
    await writeFile(join(project.folder, "policy.yml"), (await policyFile()).replace("3600", "7200"));
    const { code, output } = await serverless("deploy");
    assert.equal(code, 1);
    assert.match(
      output,
      /policy was changed by hand since the last deploy.*--param policy=overwrite\nNothing was deployed\./s,
    );
    await succeeds("deploy", "policy=overwrite");
    assert.equal(await policy(), await policyFile());
  });

  it("is refused for another stage with the same prefix, whose policy it would share", async () => {
    const { code, output } = await project.serverless(["deploy", "--stage", "other"], clientEnvironment(moto));
    assert.equal(code, 1);
    assert.match(output, /The parameter \/studio-reaper\/policy is there already, and not from this deployment/);
  });

  it("leaves nothing behind at remove, even with a policy.yml that no deploy would take", async () => {
    await writeFile(join(project.folder, "policy.yml"), "nonsense: [");
    await invoke(
      "attach",
      request("Delete", cloudFormation.url, { PhysicalResourceId: cloudFormation.answers.at(-1)?.PhysicalResourceId }),
    );
    assert.equal(cloudFormation.answers.at(-1)?.Status, "SUCCESS", cloudFormation.answers.at(-1)?.Reason);
    const Value = formatLeftBehind(journalOf("studio-reaper-dev-jupyterlab-0123456789ab", "d-1/adas")) ?? "";
    await clientsOf(moto).ssm.send(new PutParameterCommand({ Name: OUTCOME, Value, Type: "String" }));
    assert.match(
      await succeeds("remove"),
      /Left in place: studio-reaper-dev-jupyterlab-0123456789ab \(in-use: d-1\/adas\)/,
    );
    // moto does not delete managed policies.
    assert.deepEqual({ ...(await inventory(moto)), policies: [] }, NOTHING);
    assert.deepEqual(await domain(), domainBefore);
    assert.deepEqual(
      (await clientsOf(studio).sagemaker.send(new ListStudioLifecycleConfigsCommand({}))).StudioLifecycleConfigs,
      [],
    );
    assert.deepEqual(await parameterNames(studio), [POLICY]);
  });

  it("without domains writes the agent itself, for scripts attached by hand, and at remove deletes it", async () => {
    await writeFile(join(project.folder, "policy.yml"), "version: 1\nmode: live\n");
    assert.match(await succeeds("deploy", "domains=none"), /No domain is attached \(domains=none\)/);
    assert.equal((await parameterNames(moto)).length, (await agentParameters()).length + 1);
    await succeeds("remove");
    assert.deepEqual(await parameterNames(moto), []);
  });
});

/** The journal of a removal that left a lifecycle configuration to a space. */
function journalOf(on: string, value: string): Journal {
  const journal = new Journal({ info: () => undefined, warn: () => undefined, error: () => undefined });
  journal.skip({ on, reason: "in-use", value, detail: "" });
  return journal;
}

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A resource without the location of its code, which differs at each deploy. */
function withoutCode(resource: object | undefined): unknown {
  return JSON.parse(JSON.stringify(resource ?? null, (key, value: unknown) => (key === "S3Key" ? undefined : value)));
}

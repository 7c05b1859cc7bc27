import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { clientEnvironment } from "./clients.ts";
import { type EmbeddedStudio, startStudio } from "./index.ts";
import { devTools, studioPython } from "./python.ts";

const run = promisify(execFile);

let studio: EmbeddedStudio;
before(async () => {
  studio = await startStudio({ instances: "none", lifecycleScript: "exit 0" });
});
after(() => studio.close());

// The whole life of an app; each refusal is caught by the class that boto3 makes from the service's own model.
const script = `
import boto3, json, sys
domain, profile = sys.argv[1:]
sm, ssm = boto3.client("sagemaker"), boto3.client("ssm")
app = dict(DomainId=domain, SpaceName="boto3", AppType="JupyterLab", AppName="default")
said = []
owner = {"OwnerUserProfileName": profile}
sharing = {"SharingType": "Private"}
sm.create_space(DomainId=domain, SpaceName="boto3", OwnershipSettings=owner, SpaceSharingSettings=sharing)
sm.create_app(**app)
try: sm.create_app(**app)
except sm.exceptions.ResourceInUse as error: said.append(error.response["Error"]["Code"])
said.append(sm.describe_app(**app)["Status"])
said.append([a["SpaceName"] for page in sm.get_paginator("list_apps").paginate() for a in page["Apps"]])
sm.delete_app(**app)
while sm.describe_app(**app)["Status"] != "Deleted": pass
try: sm.delete_app(**app)
except sm.exceptions.ResourceNotFound as error: said.append(error.response["Error"]["Message"])
try: sm.list_apps(SpaceNameEquals="-")
except sm.exceptions.ClientError as error: said.append(error.response["Error"]["Code"])
ssm.put_parameter(Name="/boto3", Value="1", Type="String")
try: ssm.put_parameter(Name="/boto3", Value="1", Type="String")
except ssm.exceptions.ParameterAlreadyExists: said.append(ssm.get_parameter(Name="/boto3")["Parameter"]["Version"])
print(json.dumps(said))`;

async function aws(...args: string[]): Promise<unknown> {
  const { bin } = await devTools();
  const { stdout } = await run(join(bin, "aws"), [...args, "--output", "json"], { env: clientEnvironment(studio) });
  return stdout === "" ? undefined : JSON.parse(stdout);
}

describe("boto3", () => {
  it("walks an app's whole life, and maps each refusal to its exception", async () => {
    const { stdout } = await run(await studioPython(), ["-c", script, studio.domainId, studio.userProfileName], {
      env: clientEnvironment(studio),
    });
    const said: unknown = JSON.parse(stdout);
    assert.deepEqual(said, [
      "ResourceInUse",
      "InService",
      ["boto3"],
      "App [JupyterLab/default] of space [boto3] does not exist.",
      "ValidationException",
      1,
    ]);
  });
});

describe("the AWS CLI", () => {
  const app = (): string[] => [
    "--domain-id",
    studio.domainId,
    "--space-name",
    "cli",
    "--app-type",
    "JupyterLab",
    "--app-name",
    "default",
  ];

  it("walks an app's whole life", async () => {
    const owner = [
      "--ownership-settings",
      `OwnerUserProfileName=${studio.userProfileName}`,
      "--space-sharing-settings",
      "SharingType=Private",
    ];
    await aws("sagemaker", "create-space", "--domain-id", studio.domainId, "--space-name", "cli", ...owner);
    await aws("sagemaker", "create-app", ...app());
    assert.equal(await aws("sagemaker", "describe-app", ...app(), "--query", "Status"), "InService");
    assert.deepEqual(await aws("sagemaker", "list-apps", "--space-name-equals", "cli", "--query", "Apps[].AppType"), [
      "JupyterLab",
    ]);
    await aws("sagemaker", "delete-app", ...app());
    await assert.rejects(aws("sagemaker", "delete-app", ...app()), {
      stderr: /\((ResourceNotFound|ResourceInUse)\) when calling the DeleteApp operation/,
    });
  });

  it("reads and writes parameters", async () => {
    await aws("ssm", "put-parameter", "--name", "/cli/a", "--value", "text", "--type", "String");
    assert.equal(await aws("ssm", "get-parameter", "--name", "/cli/a", "--query", "Parameter.Value"), "text");
    await assert.rejects(aws("ssm", "get-parameter", "--name", "/cli/none"), {
      stderr: /\(ParameterNotFound\) when calling the GetParameter operation/,
    });
  });
});

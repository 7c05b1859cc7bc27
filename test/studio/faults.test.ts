import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { ListAppsCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { clientsOf } from "./clients.ts";
import { type EmbeddedStudio, startStudio } from "./index.ts";

let studio: EmbeddedStudio;
let sagemaker: SageMakerClient;
let ssm: SSMClient;
let now = 1_000_000;

beforeEach(async () => {
  studio = await startStudio({ instances: "none", lifecycleScript: "exit 0", now: () => now });
  ({ sagemaker, ssm } = clientsOf(studio));
});
afterEach(() => studio.close());

const listApps = (): Promise<unknown> => sagemaker.send(new ListAppsCommand({}));

it("an injected error comes as often as it should, and only for its operation", async () => {
  studio.faults.add({ operation: "ListApps", times: 2, error: { code: "InternalFailure", status: 500 } });
  await assert.rejects(listApps(), { name: "InternalFailure" });
  await ssm.send(new GetParametersByPathCommand({ Path: "/none" }));
  await assert.rejects(listApps(), { name: "InternalFailure" });
  await listApps();
});

it("a fault can be meant for some inputs only, and be taken back", async () => {
  const undo = studio.faults.add({
    operation: "ListApps",
    when: ({ DomainIdEquals }) => DomainIdEquals === "d-1",
    error: { code: "AccessDeniedException" },
  });
  await listApps();
  await assert.rejects(sagemaker.send(new ListAppsCommand({ DomainIdEquals: "d-1" })), {
    name: "AccessDeniedException",
  });
  undo();
  await sagemaker.send(new ListAppsCommand({ DomainIdEquals: "d-1" }));
});

it("a connection can be cut and an answer delayed", async () => {
  studio.faults.add({ operation: "ListApps", times: 1, hangUp: true });
  await assert.rejects(listApps(), { code: "ECONNRESET" });
  studio.faults.add({ operation: "ListApps", times: 1, delayMs: 50 });
  const start = performance.now();
  await listApps();
  assert.ok(performance.now() - start >= 49);
});

it("an empty page still carries the token to go on with", async () => {
  studio.seed.parameters(Array.from({ length: 12 }, (_, index) => ({ name: `/p/${index}`, value: "x" })));
  studio.faults.add({
    operation: "GetParametersByPath",
    times: 1,
    when: ({ NextToken }) => NextToken !== undefined,
    emptyPage: true,
  });
  const counts: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path: "/p", NextToken }));
    counts.push(page.Parameters?.length ?? 0);
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  assert.deepEqual(counts, [10, 0, 2]);
});

it("pages can be shorter than asked for", async () => {
  studio.seed.apps(Array.from({ length: 5 }, (_, index) => ({ spaceName: `space-${index}` })));
  studio.faults.add({ operation: "ListApps", pageOf: 3 });
  const page = await sagemaker.send(new ListAppsCommand({ MaxResults: 100 }));
  assert.equal(page.Apps?.length, 3);
  assert.ok(page.NextToken);
});

it("what comes faster than the rate is throttled", async () => {
  studio.faults.rate("ListApps", 0.001, 2);
  await listApps();
  await listApps();
  await assert.rejects(listApps(), { name: "ThrottlingException" });
  assert.equal(studio.calls.at(-1)?.error, "ThrottlingException");
});

it("a hook runs before the operation sees the account", async () => {
  studio.faults.before(
    "ListApps",
    () => {
      studio.seed.apps([{ spaceName: "just-now" }]);
    },
    { once: true },
  );
  const { Apps } = await sagemaker.send(new ListAppsCommand({}));
  assert.equal(Apps?.[0]?.SpaceName, "just-now");
});

it("a read that lags answers the value of before, or none yet", async () => {
  const read = async (): Promise<string | undefined> =>
    (await ssm.send(new GetParameterCommand({ Name: "/lag" }))).Parameter?.Value;
  studio.faults.readLagMs = 1000;
  await ssm.send(new PutParameterCommand({ Name: "/lag", Value: "old", Type: "String" }));
  await assert.rejects(read(), { name: "ParameterNotFound" });
  now += 1500;
  await ssm.send(new PutParameterCommand({ Name: "/lag", Value: "new", Overwrite: true }));
  assert.equal(await read(), "old");
  now += 1000;
  assert.equal(await read(), "new");
});

it("an operation that is not embedded is refused as unknown, and every call is recorded", async () => {
  const answer = await fetch(studio.endpoint, {
    method: "POST",
    headers: { "x-amz-target": "SageMaker.CreateEndpoint" },
    body: "{}",
  });
  assert.equal(answer.headers.get("x-amzn-errortype"), "UnknownOperationException");
  const elsewhere = await fetch(studio.endpoint, {
    method: "POST",
    headers: { "x-amz-target": "DynamoDB_20120810.ListTables" },
    body: "{}",
  });
  assert.equal(elsewhere.status, 400);
  assert.deepEqual(
    studio.calls.map(({ service, operation, error }) => [service, operation, error]),
    [["sagemaker", "CreateEndpoint", "UnknownOperationException"]],
  );
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  CreateAppCommand,
  CreateSpaceCommand,
  DeleteAppCommand,
  DescribeAppCommand,
  UpdateSpaceCommand,
} from "@aws-sdk/client-sagemaker";
import { configName } from "../../../lib/attach/lifecycle-config-name.ts";
import { AGENT, agentOf } from "./agents.ts";
import { assertNoFailures, failuresOf } from "./journals.ts";
import { AttachStage } from "./stage.ts";

const FORMER = agentOf("the former agent");
const OLD = configName("studio-reaper-dev", "JupyterLab", FORMER.script);
const NEW = configName("studio-reaper-dev", "JupyterLab", AGENT.script);
const arn = (name: string) => `arn:aws:sagemaker:us-east-1:123456789012:studio-lifecycle-config/${name}`;

/** Studio keeps a user's choice with the space, and refuses to start an app whose choice is not listed any more. */
describe("a lifecycle configuration that a user chose for a space (attachAs=default)", () => {
  let stage: AttachStage;
  let before: unknown;
  beforeEach(async () => {
    stage = await AttachStage.set();
    before = await stage.domain();
    assertNoFailures(await stage.reconcile({ mode: "default", agent: FORMER }));
    const space = { DomainId: stage.studio.domainId, SpaceName: "adas" };
    await stage.sageMaker.send(
      new CreateSpaceCommand({
        ...space,
        OwnershipSettings: { OwnerUserProfileName: stage.studio.userProfileName },
        SpaceSharingSettings: { SharingType: "Private" },
        SpaceSettings: { AppType: "JupyterLab" },
      }),
    );
    await choose(arn(OLD));
  });
  afterEach(() => stage.studio.close());

  const app = () =>
    ({ DomainId: stage.studio.domainId, SpaceName: "adas", AppType: "JupyterLab", AppName: "default" }) as const;
  const choose = (LifecycleConfigArn: string) =>
    stage.sageMaker.send(
      new UpdateSpaceCommand({
        DomainId: stage.studio.domainId,
        SpaceName: "adas",
        SpaceSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { LifecycleConfigArn } } },
      }),
    );
  const start = () => stage.sageMaker.send(new CreateAppCommand(app()));
  const stop = async () => {
    await stage.sageMaker.send(new DeleteAppCommand(app()));
    while ((await stage.sageMaker.send(new DescribeAppCommand(app()))).Status !== "Deleted");
  };
  const startsAndStops = async () => {
    await start();
    await stop();
  };
  const listed = async () =>
    ((await stage.domain()).DefaultUserSettings?.JupyterLabAppSettings?.LifecycleConfigArns ?? []).map(
      (one) => one.split("/")[1],
    );
  const inUse = ({ skipped }: Awaited<ReturnType<typeof stage.reconcile>>) =>
    skipped.filter(({ reason }) => reason === "in-use").map(({ on, value }) => [on, value]);
  const theSpace = () => `${stage.studio.domainId}/adas`;

  it("stays listed and alive when the agent changes, until the space names another", async () => {
    for (let run = 0; run < 2; run++) {
      const journal = await stage.reconcile({ mode: "default" });
      assertNoFailures(journal);
      assert.deepEqual(inUse(journal), [[OLD, theSpace()]]);
      assert.deepEqual(await listed(), [OLD, NEW]);
      await startsAndStops();
    }
    await choose(arn(NEW));
    assertNoFailures(await stage.reconcile({ mode: "default" }));
    assert.deepEqual([await listed(), (await stage.configs()).includes(OLD)], [[NEW], false]);
    await startsAndStops();
  });

  it("stays while an app runs with it, though its space names it no longer", async () => {
    await start();
    await choose("None");
    assert.deepEqual(inUse(await stage.reconcile({ mode: "default" })), [[OLD, theSpace()]]);
    assert.deepEqual(await listed(), [OLD, NEW]);
    await stop();
    await stage.reconcile({ mode: "default" });
    assert.deepEqual([await listed(), (await stage.configs()).includes(OLD)], [[NEW], false]);
  });

  const TAKEN_BACK = {
    "is attached as built-in": { mode: "built-in" },
    "is no longer to be attached to the domain": { mode: "default", domains: [] },
  } as const;
  for (const [what, run] of Object.entries(TAKEN_BACK)) {
    it(`stays where the agent ${what}, and goes with the first run after the space named it`, async () => {
      assert.deepEqual(inUse(await stage.reconcile(run)), [[OLD, theSpace()]]);
      assert.deepEqual(await listed(), [OLD]);
      await startsAndStops();
      await choose("None");
      assertNoFailures(await stage.reconcile(run));
      assert.deepEqual([await listed(), (await stage.configs()).includes(OLD)], [[], false]);
      assertNoFailures(await stage.remove());
      assert.deepEqual([await stage.domain(), await stage.parameters()], [before, ["policy"]]);
    });
  }

  it("stays at remove, which says which spaces name it, and goes with the next deploy's remove", async () => {
    await stage.reconcile({ mode: "default" });
    const journal = await stage.remove();
    assertNoFailures(journal);
    assert.deepEqual(inUse(journal), [[OLD, theSpace()]]);
    assert.deepEqual([await listed(), await stage.configs()], [[OLD], [OLD]]);
    await startsAndStops();
    await choose("None");
    await stage.reconcile();
    assertNoFailures(await stage.remove());
    assert.deepEqual([await stage.domain(), await stage.configs(), await stage.parameters()], [before, [], ["policy"]]);
  });

  for (const operation of ["ListSpaces", "DescribeSpace", "ListApps"]) {
    it(`stays where ${operation} fails, so that it is not known who names it`, async () => {
      await choose("None");
      const undo = stage.studio.faults.add({ operation, error: { code: "AccessDeniedException", message: "no" } });
      const failed = [`${stage.studio.domainId}: AccessDeniedException: no`];
      assert.deepEqual(failuresOf(await stage.reconcile({ mode: "default" })), failed);
      assert.deepEqual(await listed(), [OLD, NEW]);
      assert.deepEqual(failuresOf(await stage.remove()), failed);
      assert.equal((await stage.configs()).length, 4, "both of each type of app");
      undo();
      assertNoFailures(await stage.remove());
      assert.deepEqual([await stage.domain(), await stage.configs()], [before, []]);
    });
  }

  it("costs no call where none of ours is listed", async () => {
    await choose("None");
    await stage.reconcile();
    const start = stage.studio.calls.length;
    await stage.reconcile({ agent: FORMER });
    await stage.remove();
    const calls = stage.studio.calls.slice(start).map((call) => call.operation);
    assert.ok(!calls.some((operation) => /Space|ListApps/.test(operation)));
  });
});

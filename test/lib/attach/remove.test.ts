import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { assertNoFailures, failuresOf } from "./journals.ts";
import { AttachStage } from "./stage.ts";

describe("removing the attachment", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());

  it("deletes what the agents and the sweep wrote, and nothing else", async () => {
    await stage.reconcile();
    stage.studio.seed.parameters([
      ...Array.from({ length: 23 }, (_, i) => ({
        name: `/studio-reaper/heartbeats/d-1/space/s${i}/JupyterLab/default`,
        value: "{}",
      })),
      ...["instructions", "leases/sweep", "sightings/0"].map((name) => ({
        name: `/studio-reaper/${name}`,
        value: "{}",
      })),
      { name: "/elsewhere", value: "1" },
    ]);
    assertNoFailures(await stage.remove());
    assert.deepEqual(await stage.parameters(), ["policy"]);
    await stage.ssm.send(new GetParameterCommand({ Name: "/elsewhere" }));
  });

  it("with attachRoles=false lets go of the roles on record, and changes none that an admin attached", async () => {
    await stage.reconcile();
    stage.roles.attached.add("by-hand");
    const withPolicy = () => Promise.reject(new Error("AccessDenied"));
    const { roles } = stage;
    const ports = { roles: { withPolicy, attach: roles.attach.bind(roles), detach: roles.detach.bind(roles) } };
    assertNoFailures(await stage.remove({ attachRoles: false, ports }));
    assert.deepEqual([...roles.attached], ["by-hand"]);
  });

  it("succeeds where there is nothing", async () => {
    const journal = await stage.remove();
    assert.deepEqual([failuresOf(journal), journal.changed], [[], []]);
  });
});

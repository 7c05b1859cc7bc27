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

  it("succeeds where there is nothing", async () => {
    const journal = await stage.remove();
    assert.deepEqual([failuresOf(journal), journal.changed], [[], []]);
  });
});

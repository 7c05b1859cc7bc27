import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { configName } from "../../../lib/attach/lifecycle-config-name.ts";
import { AGENT, agentOf } from "./agents.ts";
import { assertNoFailures } from "./journals.ts";
import { AttachStage } from "./stage.ts";

const LAB = configName("studio-reaper-dev", "JupyterLab", AGENT.script);
const EDITOR = configName("studio-reaper-dev", "CodeEditor", AGENT.script);
const FORMER = agentOf("the former agent");

describe("the lifecycle configurations", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());

  it("of a former script are replaced, go once nothing uses them, and leave the record as it is", async () => {
    const before = await stage.domain();
    await stage.reconcile({ agent: FORMER });
    const deleteApp = await stage.startApp("JupyterLab");
    const former = configName("studio-reaper-dev", "JupyterLab", FORMER.script);
    const journal = await stage.reconcile();
    assertNoFailures(journal);
    assert.equal(await stage.builtIn(), LAB);
    assert.deepEqual(
      journal.skipped.map(({ on, reason }) => [on, reason]),
      [[former, "in-use"]],
    );
    assert.deepEqual(await stage.configs(), [EDITOR, LAB, former].sort());
    await deleteApp();
    await stage.reconcile();
    assert.deepEqual(await stage.configs(), [EDITOR, LAB].sort());
    await stage.remove();
    assert.deepEqual(await stage.domain(), before);
  });

  it("that are newer stay for as long as the run that made them may still be about to attach them", async () => {
    await stage.studio.close();
    stage = await AttachStage.set({ now: Date.now });
    await stage.reconcile();
    await stage.createConfig(configName("studio-reaper-dev", "JupyterLab", "newer"));
    await stage.reconcile();
    assert.equal((await stage.configs()).length, 3);
    await stage.reconcile({ agent: agentOf("the newest agent") });
    assert.equal((await stage.configs()).length, 2, "what is older is deleted at once");
  });
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DeleteStudioLifecycleConfigCommand } from "@aws-sdk/client-sagemaker";
import type { Agent } from "../../../lib/attach/agent.ts";
import { AGENT, agentOf } from "./agents.ts";
import { assertNoFailures, failuresOf } from "./journals.ts";
import { AttachStage } from "./stage.ts";

const FORMER = agentOf("the former agent");

describe("the pieces of a former agent", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());

  const restart = async () => {
    await stage.studio.close();
    stage = await AttachStage.set({ now: Date.now });
  };
  const seed = (agent: Agent, modifiedAt?: number) => {
    stage.studio.seed.parameters(
      agent.pieces.map(({ name, value }) => ({
        name: `/studio-reaper/agent/${agent.id}/${name}`,
        value,
        ...(modifiedAt !== undefined && { modifiedAt }),
      })),
    );
  };
  /** The agents that there are pieces of. */
  const agents = async () => [
    ...new Set((await stage.parameters()).filter((name) => name.startsWith("agent/")).map((name) => name.slice(6, 22))),
  ];

  for (const type of ["JupyterLab", "CodeEditor"] as const) {
    it(`stay while one ${type} app holds its configuration, and go together with that`, async () => {
      await stage.reconcile({ agent: FORMER });
      const deleteApp = await stage.startApp(type);
      assertNoFailures(await stage.reconcile());
      assertNoFailures(await stage.reconcile());
      assert.equal((await stage.configs()).length, 3);
      assert.deepEqual(await agents(), [AGENT.id, FORMER.id].sort());
      await deleteApp();
      assertNoFailures(await stage.reconcile());
      assert.equal((await stage.configs()).length, 2);
      assert.deepEqual(await agents(), [AGENT.id]);
    });
  }

  it("of a newer agent stay for as long as the run that wrote them may still make its configuration", async () => {
    await restart();
    const newer = agentOf("a newer agent");
    seed(newer);
    assertNoFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id, newer.id].sort());
    seed(newer, Date.now() - 900_000);
    assertNoFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id]);
  });

  it("of both agents stay where two runs with different agents go side by side", async () => {
    await restart();
    await Promise.all([stage.reconcile({ agent: FORMER }), stage.reconcile()]);
    await Promise.all([stage.reconcile(), stage.reconcile()]);
    assert.deepEqual(await agents(), [AGENT.id, FORMER.id].sort());
  });

  it("go with the next run, where one was cut off after it had deleted their configuration", async () => {
    await stage.reconcile({ agent: FORMER });
    const undo = stage.studio.faults.add({
      operation: "DeleteParameters",
      error: { code: "AccessDeniedException", message: "no" },
    });
    assert.deepEqual(failuresOf(await stage.reconcile()), ["former agents' pieces: AccessDeniedException: no"]);
    assert.equal((await stage.configs()).length, 2);
    undo();
    assertNoFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id]);
  });

  it("stay while an admin's own configuration has our script in it", async () => {
    await stage.reconcile({ agent: FORMER });
    const StudioLifecycleConfigName = "the-admins";
    await stage.createConfig(StudioLifecycleConfigName, `echo hello\n${FORMER.script}\n`);
    assertNoFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id, FORMER.id].sort());
    await stage.sageMaker.send(new DeleteStudioLifecycleConfigCommand({ StudioLifecycleConfigName }));
    assertNoFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id]);
  });

  it("stay where a configuration could not be read, which may fetch them", async () => {
    await stage.reconcile({ agent: FORMER });
    await stage.createConfig();
    stage.studio.faults.add({
      operation: "DescribeStudioLifecycleConfig",
      when: ({ StudioLifecycleConfigName }) => StudioLifecycleConfigName === "the-admins",
      error: { code: "AccessDeniedException", message: "no" },
    });
    assert.deepEqual(failuresOf(await stage.reconcile()), ["former agents' pieces: AccessDeniedException: no"]);
    assert.deepEqual(await agents(), [AGENT.id, FORMER.id].sort());
  });

  it("of all agents go at remove", async () => {
    await stage.reconcile();
    seed(FORMER);
    assertNoFailures(await stage.remove());
    assert.deepEqual(await agents(), []);
  });
});

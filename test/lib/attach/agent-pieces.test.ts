import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { DeleteParametersCommand, GetParametersByPathCommand } from "@aws-sdk/client-ssm";
import type { Agent } from "../../../lib/attach/agent.ts";
import { ensureAgentPieces } from "../../../lib/attach/agent-pieces.ts";
import { Journal } from "../../../lib/attach/journal.ts";
import { AGENT, agentOf } from "./agents.ts";
import { assertNoFailures } from "./journals.ts";
import { AttachStage, silent } from "./stage.ts";

const ROOT = "/studio-reaper/agent/";
const TWO_PIECES = agentOf("an agent that does not fit one parameter".repeat(100));

describe("the agent's pieces", () => {
  let stage: AttachStage;
  beforeEach(async () => {
    stage = await AttachStage.set();
  });
  afterEach(() => stage.studio.close());

  /** What an app that fetches this agent is given: values by name. */
  async function fetched({ id }: Agent): Promise<Record<string, string>> {
    const { Parameters = [] } = await stage.ssm.send(new GetParametersByPathCommand({ Path: ROOT + id }));
    return Object.fromEntries(Parameters.map(({ Name = "", Value = "" }) => [Name.slice(ROOT.length + 17), Value]));
  }
  const piecesOf = ({ pieces }: Agent) => Object.fromEntries(pieces.map(({ name, value }) => [name, value]));
  const writes = (start = 0) =>
    stage.studio.calls
      .slice(start)
      .filter(({ operation, input }) => operation === "PutParameter" && String(input["Name"]).startsWith(ROOT))
      .map(({ input }) => String(input["Name"]).slice(ROOT.length + 17));

  it("are there, as standard parameters, before any domain is given the script that fetches them", async () => {
    assertNoFailures(await stage.reconcile({ agent: TWO_PIECES }));
    assert.deepEqual(await fetched(TWO_PIECES), piecesOf(TWO_PIECES));
    const order = stage.studio.calls.map(({ operation, input }) =>
      operation === "PutParameter" && String(input["Name"]).startsWith(ROOT) ? "piece" : operation,
    );
    assert.ok(order.lastIndexOf("piece") < order.indexOf("UpdateDomain"));
    for (const { operation, input } of stage.studio.calls)
      if (operation === "PutParameter") assert.deepEqual([input["Tier"], input["Type"]], ["Standard", "String"]);
  });

  const pieceName = (name: string) => `${ROOT}${TWO_PIECES.id}/${name}`;
  const seed = (name: string, value: string) => {
    stage.studio.seed.parameters([{ name: pieceName(name), value }]);
    return Promise.resolve();
  };
  for (const [mistake, happens, written] of [
    ["one is missing", () => stage.ssm.send(new DeleteParametersCommand({ Names: [pieceName("00")] })), ["00"]],
    ["one was changed", () => seed("00", "bm90IGl0"), ["00"]],
    ["another parameter is in their folder", () => seed("02", "bW9yZQ=="), []],
  ] as const) {
    it(`are repaired by the next run where ${mistake}`, async () => {
      await stage.reconcile({ agent: TWO_PIECES });
      await happens();
      const start = stage.studio.calls.length;
      const journal = await stage.reconcile({ agent: TWO_PIECES });
      assertNoFailures(journal);
      assert.deepEqual(await fetched(TWO_PIECES), piecesOf(TWO_PIECES));
      assert.deepEqual(writes(start), written);
      assert.deepEqual(
        journal.changed.map(({ on }) => on),
        [`agent/${TWO_PIECES.id}`],
      );
    });
  }

  it("are each written once, where reads lag behind writes", async () => {
    await stage.studio.close();
    stage = await AttachStage.set({ now: Date.now });
    stage.studio.faults.readLagMs = 500;
    assertNoFailures(await stage.reconcile({ domains: [], attachRoles: false }));
    assert.deepEqual(writes(), ["00"]);
  });

  it("are written no faster than the account's share of writes", async () => {
    const agent = agentOf("a longer agent".repeat(700));
    stage.studio.faults.rate("PutParameter", 2, 1);
    await ensureAgentPieces({ ports: stage.ports(), journal: new Journal(silent) }, agent);
    assert.deepEqual(
      writes(),
      agent.pieces.map(({ name }) => name),
      "a write that is refused would be sent again",
    );
  });

  for (const [mistake, meets, message] of [
    [
      "cannot be written",
      () => stage.studio.faults.add({ operation: "PutParameter", error: { code: "AccessDeniedException" } }),
      { name: "AccessDeniedException" },
    ],
    [
      "do not read back as written",
      () =>
        stage.studio.faults.before("GetParametersByPath", () => {
          stage.studio.seed.parameters([{ name: `${ROOT}${AGENT.id}/00`, value: "bm90IGl0" }]);
        }),
      {
        message: `agent/${AGENT.id}: 1 of 1 pieces do not read back as written, and 0 other parameters are still there`,
      },
    ],
  ] as const) {
    it(`fail the run where they ${mistake}, and nothing is attached`, async () => {
      meets();
      const waitToLookAgain = (looks: number) => Promise.resolve(looks < 3);
      const time = { now: () => new Date(), waitToLookAgain, isRunningOut: () => false };
      await assert.rejects(stage.reconcile({ ports: { time } }), message);
      assert.equal(await stage.builtIn(), undefined);
    });
  }
});

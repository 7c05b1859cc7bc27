import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  CreateAppCommand,
  CreateSpaceCommand,
  CreateStudioLifecycleConfigCommand,
  DeleteAppCommand,
  DeleteStudioLifecycleConfigCommand,
  DescribeAppCommand,
} from "@aws-sdk/client-sagemaker";
import { DeleteParametersCommand, GetParametersByPathCommand } from "@aws-sdk/client-ssm";
import type { Agent } from "../../../lib/attach/agent.ts";
import { ensureAgentPieces } from "../../../lib/attach/agent-pieces.ts";
import { Journal } from "../../../lib/attach/journal.ts";
import { AGENT, agentOf } from "./agents.ts";
import { AttachStage, silent } from "./stage.ts";

const ROOT = "/studio-reaper/agent/";
const TWO_PIECES = agentOf("an agent that does not fit one parameter".repeat(100));
const FORMER = agentOf("the former agent");
const noFailures = ({ failures }: Journal) => {
  assert.deepEqual(failures, []);
};

describe("the agent's pieces", () => {
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
        name: `${ROOT}${agent.id}/${name}`,
        value,
        ...(modifiedAt !== undefined && { modifiedAt }),
      })),
    );
  };
  /** What an app that fetches this agent is given: values by name. */
  async function fetched({ id }: Agent): Promise<Record<string, string>> {
    const { Parameters = [] } = await stage.ssm.send(new GetParametersByPathCommand({ Path: ROOT + id }));
    return Object.fromEntries(Parameters.map(({ Name = "", Value = "" }) => [Name.slice(ROOT.length + 17), Value]));
  }
  const piecesOf = ({ pieces }: Agent) => Object.fromEntries(pieces.map(({ name, value }) => [name, value]));
  const agents = async () => [
    ...new Set((await stage.parameters()).filter((name) => name.startsWith("agent/")).map((name) => name.slice(6, 22))),
  ];
  const writes = (start = 0) =>
    stage.studio.calls
      .slice(start)
      .filter(({ operation, input }) => operation === "PutParameter" && String(input["Name"]).startsWith(ROOT))
      .map(({ input }) => String(input["Name"]).slice(ROOT.length + 17));

  it("are there, as standard parameters, before any domain is given the script that fetches them", async () => {
    noFailures(await stage.reconcile({ agent: TWO_PIECES }));
    assert.deepEqual(await fetched(TWO_PIECES), piecesOf(TWO_PIECES));
    const order = stage.studio.calls.map(({ operation, input }) =>
      operation === "PutParameter" && String(input["Name"]).startsWith(ROOT) ? "piece" : operation,
    );
    assert.ok(order.lastIndexOf("piece") < order.indexOf("UpdateDomain"));
    for (const { operation, input } of stage.studio.calls)
      if (operation === "PutParameter") assert.deepEqual([input["Tier"], input["Type"]], ["Standard", "String"]);
  });

  it("are mended by the next run where one is missing, one differs, or one is there that is none of them", async () => {
    await stage.reconcile({ agent: TWO_PIECES });
    const mistakes = [
      () => stage.ssm.send(new DeleteParametersCommand({ Names: [`${ROOT}${TWO_PIECES.id}/00`] })),
      () => stage.studio.seed.parameters([{ name: `${ROOT}${TWO_PIECES.id}/00`, value: "bm90IGl0" }]),
      () => stage.studio.seed.parameters([{ name: `${ROOT}${TWO_PIECES.id}/02`, value: "bW9yZQ==" }]),
    ];
    for (const [mistake, written] of [
      [mistakes[0], ["00"]],
      [mistakes[1], ["00"]],
      [mistakes[2], []],
    ] as const) {
      await mistake?.();
      const start = stage.studio.calls.length;
      const journal = await stage.reconcile({ agent: TWO_PIECES });
      noFailures(journal);
      assert.deepEqual(await fetched(TWO_PIECES), piecesOf(TWO_PIECES));
      assert.deepEqual(writes(start), written);
      assert.deepEqual(
        journal.changed.map(({ on }) => on),
        [`agent/${TWO_PIECES.id}`],
      );
    }
  });

  it("are each written once, where reads lag behind writes", async () => {
    await restart();
    stage.studio.faults.readLagMs = 500;
    noFailures(await stage.reconcile({ domains: [], attachRoles: false }));
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

  for (const type of ["JupyterLab", "CodeEditor"] as const) {
    it(`of a former agent stay while one ${type} app holds its configuration, and go together with that`, async () => {
      await stage.reconcile({ agent: FORMER });
      const domain = { DomainId: stage.studio.domainId };
      const app = { ...domain, SpaceName: "old", AppType: type, AppName: "default" } as const;
      await stage.sageMaker.send(
        new CreateSpaceCommand({
          ...domain,
          SpaceName: "old",
          OwnershipSettings: { OwnerUserProfileName: stage.studio.userProfileName },
          SpaceSharingSettings: { SharingType: "Private" },
          SpaceSettings: { AppType: type },
        }),
      );
      await stage.sageMaker.send(new CreateAppCommand(app));
      noFailures(await stage.reconcile());
      noFailures(await stage.reconcile());
      assert.equal((await stage.configs()).length, 3);
      assert.deepEqual(await agents(), [AGENT.id, FORMER.id].sort());
      await stage.sageMaker.send(new DeleteAppCommand(app));
      while ((await stage.sageMaker.send(new DescribeAppCommand(app))).Status !== "Deleted");
      noFailures(await stage.reconcile());
      assert.equal((await stage.configs()).length, 2);
      assert.deepEqual(await agents(), [AGENT.id]);
    });
  }

  it("of another agent stay for as long as the run that wrote them may still make its configuration", async () => {
    await restart();
    const newer = agentOf("a newer agent");
    seed(newer);
    noFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id, newer.id].sort());
    seed(newer, Date.now() - 900_000);
    noFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id]);
  });

  it("stay for every configuration that there is, where two runs with different agents go side by side", async () => {
    await restart();
    await Promise.all([stage.reconcile({ agent: FORMER }), stage.reconcile()]);
    await Promise.all([stage.reconcile(), stage.reconcile()]);
    assert.deepEqual(await fetched(AGENT), piecesOf(AGENT));
    assert.deepEqual(await fetched(FORMER), piecesOf(FORMER));
  });

  it("of a former agent go with the next run, where the one before was cut off when their configuration had gone", async () => {
    await stage.reconcile({ agent: FORMER });
    const undo = stage.studio.faults.add({
      operation: "DeleteParameters",
      error: { code: "AccessDeniedException", message: "no" },
    });
    const { failures } = await stage.reconcile();
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["former agents' pieces: AccessDeniedException: no"],
    );
    assert.equal((await stage.configs()).length, 2);
    undo();
    noFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id]);
  });

  it("of a former agent stay while an admin's own configuration has our script in it", async () => {
    await stage.reconcile({ agent: FORMER });
    const StudioLifecycleConfigName = "the-admins";
    await stage.sageMaker.send(
      new CreateStudioLifecycleConfigCommand({
        StudioLifecycleConfigName,
        StudioLifecycleConfigAppType: "JupyterLab",
        StudioLifecycleConfigContent: Buffer.from(`echo hello\n${FORMER.script}\n`).toString("base64"),
      }),
    );
    noFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id, FORMER.id].sort());
    await stage.sageMaker.send(new DeleteStudioLifecycleConfigCommand({ StudioLifecycleConfigName }));
    noFailures(await stage.reconcile());
    assert.deepEqual(await agents(), [AGENT.id]);
  });

  it("of a former agent stay where a configuration could not be read, which may fetch them", async () => {
    await stage.reconcile({ agent: FORMER });
    await stage.sageMaker.send(
      new CreateStudioLifecycleConfigCommand({
        StudioLifecycleConfigName: "the-admins",
        StudioLifecycleConfigAppType: "JupyterLab",
        StudioLifecycleConfigContent: "ZXhpdCAw",
      }),
    );
    stage.studio.faults.add({
      operation: "DescribeStudioLifecycleConfig",
      when: ({ StudioLifecycleConfigName }) => StudioLifecycleConfigName === "the-admins",
      error: { code: "AccessDeniedException", message: "no" },
    });
    const { failures } = await stage.reconcile();
    assert.deepEqual(
      failures.map(({ message }) => message),
      ["former agents' pieces: AccessDeniedException: no"],
    );
    assert.deepEqual(await agents(), [AGENT.id, FORMER.id].sort());
  });

  it("of all agents go at remove", async () => {
    await stage.reconcile({ agent: TWO_PIECES });
    seed(FORMER);
    noFailures(await stage.remove());
    assert.deepEqual(await agents(), []);
  });
});

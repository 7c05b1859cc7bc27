import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createPorts } from "../../lib/aws/ports.ts";
import { readSweepConfig } from "../../lib/sweep/config.ts";
import { sweep } from "../../lib/sweep/sweep.ts";
import { heartbeatText } from "../account/heartbeat.ts";
import { setStage, type Stage } from "./stage.ts";

const DAY_MS = 86_400_000;

/** Each sweep is the first of its process; the creation time that is kept is a day old. */
for (const keepsCreationTime of [true, false]) {
  describe(`an app whose restart ${keepsCreationTime ? "keeps" : "renews"} its creation time`, () => {
    let stage: Stage;
    before(async () => {
      stage = await setStage({ instances: "none", keepsCreationTime, listsWholeSeconds: true });
    });
    after(() => stage.studio.close());

    const coldSweep = async (space: string) => {
      const { judged, failures } = await sweep(createPorts(readSweepConfig({})), () => new Date());
      assert.deepEqual(failures, []);
      const { verdict, outcome } = judged.find(({ app }) => app.owner.name === space) ?? {};
      return `${verdict?.reason ?? "unseen"} ${outcome ?? ""}`.trim();
    };
    const stopped = async (space: string, heartbeat?: string) => {
      stage.studio.seed.apps([{ spaceName: space, createdAt: Date.now() - DAY_MS }]);
      if (heartbeat) stage.studio.seed.parameters([{ name: stage.account.heartbeatName(space), value: heartbeat }]);
      await stage.account.stopApp(space);
    };

    it("is stopped where it is idle, though ListApps and DescribeApp round its creation time apart", async () => {
      await stage.account.putPolicy({ version: 1, mode: "live" });
      stage.studio.seed.apps([
        { spaceName: "rounded", createdAt: Math.floor(Date.now() / 1000) * 1000 - DAY_MS + 999 },
      ]);
      const name = stage.account.heartbeatName("rounded");
      stage.studio.seed.parameters([{ name, value: heartbeatText(4000) }]);
      assert.equal(await coldSweep("rounded"), "idle stopped");
    });

    it("is not called silent for the time before, though no sweep of its process saw it end", async () => {
      await stage.account.putPolicy({ version: 1, mode: "live", defaults: { silentAfter: 3600 } });
      await stopped("restarted");
      assert.equal(await coldSweep("restarted"), "unseen");
      await stage.account.launchApp("restarted");
      assert.equal(await coldSweep("restarted"), "no-heartbeat kept");
      assert.equal(await coldSweep("restarted"), "no-heartbeat kept");
    });

    it("is as young as its last start", async () => {
      await stage.account.putPolicy({ version: 1, mode: "live", defaults: { minRuntime: 3600 } });
      await stopped("young");
      await coldSweep("young");
      await stage.account.launchApp("young");
      assert.equal(await coldSweep("young"), "young kept");
    });

    it("is not judged by its former agent's word, also in a dry run, which deletes none", async () => {
      await stage.account.putPolicy({ version: 1, mode: "dry-run" });
      await stopped("dry", heartbeatText(4000));
      assert.equal(await coldSweep("dry"), "unseen");
      await stage.account.launchApp("dry");
      assert.equal(await coldSweep("dry"), "no-heartbeat kept");
      assert.notEqual(await stage.account.parameter(stage.account.heartbeatName("dry")), undefined);
    });
  });
}

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { heartbeatText } from "../account/heartbeat.ts";
import { setStage, type Stage } from "./stage.ts";

const HOUR_MS = 3_600_000;
const WARN_BEFORE = 600;
const document = join(import.meta.dirname, "../../docs/notices.md");
const Id = v.pipe(v.string(), v.parseJson(), v.object({ id: v.string() }));

/** What the table of docs/notices.md calls each operation. */
const KINDS: Readonly<Record<string, string>> = {
  PutParameter: "writes",
  GetParameter: "reads",
  GetParameters: "deletions",
  DeleteParameters: "deletions",
};

/** What the exported handler asks of Parameter Store for one stop, counted at the endpoint. */
describe("the calls of a sweep for one stop", () => {
  let stage: Stage;
  before(async () => {
    stage = await setStage({ instances: "none" });
  });
  after(() => stage.studio.close());

  const put = (name: string, value: string, secondsAgo = 0) => {
    stage.studio.seed.parameters([{ name, value, modifiedAt: Date.now() - secondsAgo * 1000 }]);
  };
  const notice = async (space: string) => (await stage.account.parameter(stage.account.noticeName(space))) ?? "";
  const isInService = async (space: string) => (await stage.account.describeApp(space)).Status === "InService";

  /** What sweeps call by the app's name, from its warning to the end of the word of its stop. */
  async function callsOfAStop(space: string, warnBefore: number): Promise<Readonly<Record<string, number>>> {
    const { account, studio, sweep } = stage;
    await account.putPolicy({ version: 1, mode: "live", defaults: { warnBefore } });
    studio.seed.apps([{ spaceName: space, createdAt: Date.now() - HOUR_MS }]);
    const counts: Record<string, number> = { writes: 0, reads: 0, deletions: 0 };
    const sweepAndCount = async () => {
      const begun = studio.calls.length;
      await sweep();
      for (const { operation, input } of studio.calls.slice(begun)) {
        const kind = KINDS[operation];
        if (kind && JSON.stringify([input["Name"], input["Names"]]).includes(`/${account.appKey(space)}"`))
          counts[kind] = (counts[kind] ?? 0) + 1;
      }
    };
    const say = (idleSeconds: number, more = {}) => {
      put(account.heartbeatName(space), heartbeatText(idleSeconds, { up: 3600, ...more }));
    };
    say(3100);
    await sweepAndCount();
    if (warnBefore > 0) {
      const warning = await notice(space);
      put(account.noticeName(space), warning, WARN_BEFORE + 1);
      say(3590, { notice: { id: v.parse(Id, warning).id, for: WARN_BEFORE } });
      await sweepAndCount();
      say(3600, { notice: { id: v.parse(Id, warning).id, for: WARN_BEFORE } });
    } else say(3600);
    await sweepAndCount();
    assert.equal(await isInService(space), false);
    const { id } = v.parse(Id, await notice(space));
    studio.seed.apps([{ spaceName: space }]);
    say(0, { up: 0, notice: { id, for: 1 } });
    await sweepAndCount();
    assert.equal(await notice(space), "");
    return counts;
  }

  it("are as few as the table in docs/notices.md says, with and without a warning", async () => {
    const rows = [...(await readFile(document, "utf8")).matchAll(/^\| the sweep: (\w+).*? \| (\d+) \| (\d+) \|$/gm)];
    const said = (column: number): Readonly<Record<string, number>> =>
      Object.fromEntries(rows.map((row) => [row[1] ?? "", Number(row[column])]));
    assert.deepEqual(await callsOfAStop("unwarned", 0), said(2));
    assert.deepEqual(await callsOfAStop("warned", WARN_BEFORE), said(3));
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { type EmbeddedStudio, startStudio } from "../studio/index.ts";

const Line = v.looseObject({
  app: v.string(),
  verdict: v.picklist(["keep", "stop"]),
  reason: v.string(),
  idleSeconds: v.nullable(v.number()),
  eligibleAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
});
const Summary = v.looseObject({ mode: v.string(), apps: v.number(), failures: v.array(v.string()) });

describe("npm run sweep", () => {
  let studio: EmbeddedStudio;
  before(async () => {
    studio = await startStudio({ instances: "none" });
    studio.seed.apps(["first", "second"].map((spaceName) => ({ spaceName })));
  });
  after(() => studio.close());

  async function sweep(): Promise<{ exitCode: number | null; lines: unknown[]; stderr: string }> {
    const env = { ...process.env, AWS_ENDPOINT_URL: studio.endpoint };
    const child = spawn(process.execPath, [join(import.meta.dirname, "sweep.ts")], { env });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    const lines = stdout.split("\n").filter(Boolean);
    return { exitCode: child.exitCode, lines: lines.map((line): unknown => JSON.parse(line)), stderr };
  }

  it("prints a line per app, then the summary, each once and nothing beside them", async () => {
    const { exitCode, lines, stderr } = await sweep();
    const verdicts = v.parse(v.array(Line), lines.slice(0, -1));
    assert.deepEqual(
      verdicts.map(({ app, reason }) => [app.split("/")[2], reason]),
      [
        ["first", "no-heartbeat"],
        ["second", "no-heartbeat"],
      ],
    );
    assert.equal(v.parse(Summary, lines.at(-1)).apps, 2);
    assert.deepEqual([exitCode, stderr], [0, ""]);
  });

  it("says in one line what the sweep failed at, with exit code 1", async () => {
    studio.faults.add({ operation: "ListApps", error: { code: "AccessDeniedException", status: 400 } });
    const { exitCode, lines, stderr } = await sweep();
    assert.deepEqual([exitCode, lines, stderr.split("\n").length], [1, [], 2]);
    assert.match(stderr, /^AccessDeniedException/);
  });
});

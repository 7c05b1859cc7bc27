import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { studioPython } from "../studio/python.ts";
import { makeNvidiaSmi, startGauntlet, type Gauntlet } from "./gauntlet.ts";
import { BESIDE_THE_SERVER, KERNELS_AND_TERMINALS } from "./situations.ts";

/**
 * Each situation acted out on a real Jupyter server of its own, as its user's browser would, under the agent that on-start.sh leaves
 * there and the handler on a schedule. What must stop does so no earlier than its timeout; what must stay is kept for three of them.
 */
describe("in an app with", { concurrency: 20 }, () => {
  let gauntlet: Gauntlet;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "studio-reaper-gauntlet-"));
    const path = [await makeNvidiaSmi(folder), dirname(await studioPython()), process.env["PATH"] ?? ""].join(":");
    // A time zone that is far from UTC, where nobody may notice.
    gauntlet = await startGauntlet({ env: { TZ: "Pacific/Kiritimati", PATH: path } });
  });
  after(async () => {
    await gauntlet.end();
    await rm(folder, { recursive: true });
  });

  [...KERNELS_AND_TERMINALS, ...BESIDE_THE_SERVER].forEach((situation, i) => {
    it(`${situation.name}: ${situation.must === "stop" ? "stops, and not early" : "stays"}`, () =>
      gauntlet.run(`situation-${i}`, situation));
  });
});

import { after, before, describe, it } from "node:test";
import { oldServerPython } from "../studio/python.ts";
import { startGauntlet, type Gauntlet } from "./gauntlet.ts";
import { KERNELS_AND_TERMINALS } from "./situations.ts";

/** The situations that depend most on the server, on the last one before jupyter_server 2.15, which counted and reported otherwise. */
describe("on an old Jupyter server, in an app with", { concurrency: 16 }, () => {
  let gauntlet: Gauntlet;
  before(async () => {
    gauntlet = await startGauntlet({ python: await oldServerPython() });
  });
  after(() => gauntlet.end());

  KERNELS_AND_TERMINALS.forEach((situation, i) => {
    it(`${situation.name}: ${situation.must === "stop" ? "stops, and not early" : "stays"}`, () =>
      gauntlet.run(`situation-${i}`, situation));
  });
});

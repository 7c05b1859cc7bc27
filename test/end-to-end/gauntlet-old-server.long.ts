import { oldServerPython } from "../studio/python.ts";
import { playSituations } from "./gauntlet.ts";
import { SITUATIONS } from "./situations/all.ts";

// The last Jupyter server before jupyter_server 2.15, which counted and reported otherwise.
playSituations("on an old Jupyter server, in an app with", SITUATIONS, async () => ({
  python: await oldServerPython(),
}));

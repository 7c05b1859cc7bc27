import { playSituations } from "./gauntlet.ts";
import { SITUATIONS } from "./situations/all.ts";

playSituations("in an app with", SITUATIONS, () => Promise.resolve({}));

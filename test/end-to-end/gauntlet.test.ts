import { playSituations } from "./gauntlet.ts";
import { CROSS_SECTION } from "./situations/all.ts";

playSituations("in an app with", CROSS_SECTION, () => Promise.resolve({}));

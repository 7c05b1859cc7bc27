import { testPlays } from "./gauntlet.ts";
import { PLAYS } from "./situations/index.ts";

testPlays(PLAYS.filter(({ isInCrossSection }) => isInCrossSection));

import type { Situation } from "../gauntlet.ts";
import { BESIDE_THE_SERVER } from "./beside-the-server.ts";
import { KERNELS_AND_TERMINALS } from "./kernels-and-terminals.ts";

/** Every situation of a JupyterLab app. */
export const SITUATIONS: readonly Situation[] = [...KERNELS_AND_TERMINALS, ...BESIDE_THE_SERVER];

/** Those that every change is tried with; the others take part in the long run. */
export const CROSS_SECTION: readonly Situation[] = SITUATIONS.filter(({ inCrossSection }) => inCrossSection);

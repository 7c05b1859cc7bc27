import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";
import { isCovered } from "../watched.ts";

/** `not-covered`: keep, it is no JupyterLab or CodeEditor app. */
export const notCovered: VerdictRule = ({ app }) =>
  isCovered(app) ? undefined : keep("not-covered", `apps of type ${app.type} are not watched`);

import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";
import { isCovered } from "../watched.ts";

/** `not-covered`: keep, it is no JupyterLab or CodeEditor app, or belongs to SageMaker Unified Studio. */
export const notCovered: VerdictRule = (facts) => {
  if (isCovered(facts)) return undefined;
  const { app, inUnifiedStudio } = facts;
  const which = inUnifiedStudio ? "in domains of SageMaker Unified Studio may not report, and" : `of type ${app.type}`;
  return keep("not-covered", `apps ${which} are not watched`);
};

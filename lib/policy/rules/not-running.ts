import type { VerdictRule } from "../facts.ts";
import { keep } from "../verdict.ts";

/** `not-running`: keep, its status is not `InService`. */
export const notRunning: VerdictRule = ({ app }) =>
  app.status === "InService" ? undefined : keep("not-running", `its status is ${app.status}`);

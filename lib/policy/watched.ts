import type { App } from "../domain/app.ts";

const COVERED_TYPES: readonly string[] = ["JupyterLab", "CodeEditor"];

/** Whether an app is of a type that may get an agent, and may be stopped. */
export function isCovered({ type }: App): boolean {
  return COVERED_TYPES.includes(type);
}

/** Whether an app runs, and is of a covered type. These apps are the fleet that budgets are shares of. */
export function isWatched(app: App): boolean {
  return app.status === "InService" && isCovered(app);
}

import type { Facts } from "./facts.ts";

/** The types of apps that may get an agent. */
export const COVERED_TYPES: readonly string[] = ["JupyterLab", "CodeEditor"];

type Where = Pick<Facts, "app" | "inUnifiedStudio">;

/** Whether apps of a type may get an agent. */
export const isCoveredType = (type: string): boolean => COVERED_TYPES.includes(type);

/** Whether an app is of a type, and in a domain, that may get an agent, and so may be stopped. */
export function isCovered({ app, inUnifiedStudio }: Where): boolean {
  return isCoveredType(app.type) && inUnifiedStudio !== true;
}

/** Whether an app runs, and is covered. These apps are the fleet that budgets are shares of. */
export function isWatched(where: Where): boolean {
  return where.app.status === "InService" && isCovered(where);
}

import type { App, AppKey } from "../../../lib/domain/app.ts";
import type { Heartbeat } from "../../../lib/domain/heartbeat.ts";
import type { Report } from "../../../lib/sweep/report.ts";
import { sweep } from "../../../lib/sweep/sweep.ts";
import { anAccountPolicy, aPolicy } from "../builders.ts";
import { fakeAccount } from "../fake-account.ts";
import { atNow } from "./apps-in-spaces.ts";

/** A policy by which users are warned ten minutes before. */
export const WARNS = anAccountPolicy({ defaults: aPolicy({ warnBefore: 600 }) });

/** What a heartbeat says whose agent has shown its user the warning of `aNotice` for so many seconds. */
export const shown = (seconds: number): Partial<Heartbeat> => ({ notice: { id: "3f2a9c", for: seconds } });

/** Sweeps once, by {@link WARNS} unless said otherwise; its report, and what it changed beside the instructions. */
export async function changesOf(
  setup: Parameters<typeof fakeAccount>[0],
): Promise<Report & { readonly changes: readonly string[] }> {
  const { ports, changes } = fakeAccount({ policy: WARNS, ...setup });
  const report = await sweep(ports, atNow);
  return { ...report, changes: changes.filter((change) => change !== "publish") };
}

/** What holds for one app only. */
export const only = <T>(app: App, value: T): ReadonlyMap<AppKey, T> => new Map([[app.key, value]]);

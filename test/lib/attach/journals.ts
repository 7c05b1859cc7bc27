import assert from "node:assert/strict";
import type { Journal } from "../../../lib/attach/journal.ts";

/** What a run skipped: each with the setting's group and section, and the reason. */
export const skips = ({ skipped }: Journal): readonly string[] =>
  skipped.map(({ on, setting = "", reason }) => `${on} ${setting.split(".").slice(0, 2).join(".")} ${reason}`);

export const failuresOf = ({ failures }: Journal): readonly string[] => failures.map(({ message }) => message);

export function assertNoFailures(journal: Journal): void {
  assert.deepEqual(failuresOf(journal), []);
}

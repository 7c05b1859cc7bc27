import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { App } from "../../../../lib/domain/app.ts";
import type { Reading } from "../../../../lib/domain/heartbeat.ts";
import type { Tags } from "../../../../lib/domain/tags.ts";
import type { AppPolicy } from "../../../../lib/policy/document.ts";
import type { Facts } from "../../../../lib/policy/facts.ts";
import type { DueWarning, Verdict } from "../../../../lib/policy/verdict.ts";
import { aHeartbeat, anApp, aPolicy, verdictOn } from "../../builders.ts";

/** One case of a rule; what it leaves out is an idle app with a good heartbeat, under the README's defaults. */
export type Row = {
  readonly name: string;
  readonly app?: App;
  readonly reading?: Reading;
  readonly policy?: AppPolicy;
  readonly tags?: Tags;
  readonly notice?: Facts["notice"];
  readonly verdict: `${Verdict["verdict"]} ${Verdict["reason"]}`;
  readonly detail?: RegExp;
  readonly idleSeconds?: number | null;
  readonly eligibleAt?: Date | null;
  /** The warning that is due, as far as it is named; `null` for none. */
  readonly dueWarning?: Partial<DueWarning> | null;
  readonly waitsForWarning?: boolean;
};

/** Holds the whole verdict table to the cases of one of its rules, so that the rule's place in it is tested, too. */
export function describeRule(rule: string, rows: readonly Row[]): void {
  describe(rule, () => {
    for (const { name, verdict, detail, ...row } of rows) {
      it(name, () => {
        const facts = { tags: row.tags, notice: row.notice };
        const got = verdictOn(row.app ?? anApp(), row.reading ?? aHeartbeat(), row.policy ?? aPolicy(), facts);
        assert.equal(`${got.verdict} ${got.reason}`, verdict, got.detail);
        if (detail) assert.match(got.detail, detail);
        if (row.idleSeconds !== undefined) assert.equal(got.idleSeconds, row.idleSeconds);
        if (row.eligibleAt !== undefined) assert.deepEqual(got.eligibleAt, row.eligibleAt);
        if (row.dueWarning !== undefined) assertWarning(got, row.dueWarning);
        if (row.waitsForWarning !== undefined)
          assert.equal(got.verdict === "keep" && got.waitsForWarning, row.waitsForWarning);
      });
    }
  });
}

function assertWarning(verdict: Verdict, expected: Partial<DueWarning> | null): void {
  const due = verdict.verdict === "keep" ? verdict.dueWarning : undefined;
  if (expected === null) assert.equal(due, undefined);
  else assert.partialDeepStrictEqual(due, expected);
}

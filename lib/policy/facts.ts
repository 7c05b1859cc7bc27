import type { App } from "../domain/app.ts";
import type { NoticeReading } from "../domain/notice.ts";
import type { Tags } from "../domain/tags.ts";
import type { HeartbeatAssessment } from "./assess-heartbeat.ts";
import type { AppPolicy } from "./document.ts";
import type { Verdict } from "./verdict.ts";

/** All that one app is judged by. Whatever else a sweep observes of an app becomes one more field here. */
export type Facts = {
  readonly app: App;
  readonly heartbeat: HeartbeatAssessment;
  /** When a sweep first saw it in service after another state; `undefined` where none did. */
  readonly runningSince?: Date | undefined;
  /** What its user was told; `assumed` in a dry run, which tells nobody anything and judges as if it had. */
  readonly notice?: NoticeReading | { readonly kind: "assumed" } | undefined;
  /** Whether its domain belongs to SageMaker Unified Studio, where apps may not report. */
  readonly inUnifiedStudio?: boolean | undefined;
  /** The tags that hold for it; `undefined` where nobody looked for any. */
  readonly tags?: Tags | undefined;
  readonly policy: AppPolicy;
  readonly now: Date;
};

/** One row of the verdict table: the verdict where the row applies, `undefined` where it does not. */
export type VerdictRule = (facts: Facts) => Verdict | undefined;

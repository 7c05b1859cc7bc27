import type { Source } from "../../domain/heartbeat.ts";
import { countedSources } from "../counted-sources.ts";
import type { VerdictRule } from "../facts.ts";
import { hungWork } from "../hung-work.ts";
import { duration } from "../time.ts";
import { keep, type KeepReason } from "../verdict.ts";

/** The sources at which work can be in progress, and not only have been done. */
const BUSY: Readonly<Partial<Record<Source, { readonly reason: KeepReason; readonly says: string }>>> = {
  kernels: { reason: "busy-kernel", says: "a kernel is busy" },
  terminals: { reason: "terminal-job", says: "a job runs" },
  cpu: { reason: "busy-cpu", says: "a process computes" },
  gpu: { reason: "busy-gpu", says: "a GPU computes" },
};

/** `busy-kernel`, `terminal-job`, `busy-cpu`, `busy-gpu`: keep, something runs, however long, and does not hang. */
export const busy: VerdictRule = ({ heartbeat: assessed, policy }) => {
  if (assessed.kind !== "believed") return undefined;
  for (const source of countedSources(policy)) {
    const work = assessed.heartbeat.busy[source];
    const kind = BUSY[source];
    if (!work || !kind || hungWork(assessed.heartbeat, source, policy)) continue;
    return keep(kind.reason, `${kind.says}: ${work.what}, for ${duration(work.for)}`, { idleSeconds: 0 });
  }
  return undefined;
};

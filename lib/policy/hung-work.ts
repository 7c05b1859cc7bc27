import type { Heartbeat, Source } from "../domain/heartbeat.ts";
import type { AppPolicy } from "./document.ts";

/** Work that has used no CPU time at all for `hungAfter`, `stillSeconds` long: it counts for nothing any more. */
export type HungWork = { readonly what: string; readonly stillSeconds: number };

/** What hangs at a source, if anything does. Without `still` in the heartbeat nothing is known to hang. */
export function hungWork({ busy }: Heartbeat, source: Source, { hungAfter }: AppPolicy): HungWork | undefined {
  const work = busy[source];
  if (work?.still === undefined || work.still < hungAfter) return undefined;
  return { what: work.what, stillSeconds: work.still };
}

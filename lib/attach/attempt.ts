import type { Journal } from "./journal.ts";
import type { AttachPorts } from "./ports.ts";

/** What came of an attempt. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** Does one thing of several: a failure goes into the journal, and the run continues with the others. */
export async function attempt<T>(journal: Journal, on: string, act: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    journal.fail(on, error);
    return { ok: false };
  }
}

/** Does one thing of many, and begins none that the invocation would cut off. */
export function attemptInTime<T>(
  { ports: { time }, journal }: { readonly ports: Pick<AttachPorts, "time">; readonly journal: Journal },
  on: string,
  act: () => Promise<T>,
): Promise<Attempt<T>> {
  return attempt(journal, on, async () => {
    if (time.isRunningOut()) throw new Error("not reached in the time of this run; the next run continues");
    return act();
  });
}

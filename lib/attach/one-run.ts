import type { AttachPorts } from "./ports.ts";

type Ports = Pick<AttachPorts, "lease" | "time">;

/** Enough for the longest invocation, at 5 s a look. */
const LOOKS_AT_MOST_WAIT = 20;

/** Another run has the lease. */
export type Held = { readonly kind: "held"; readonly until: Date };

/** Does something while no other run does; `held` where another does. */
export async function asOnlyRun<T>(ports: Ports, act: () => Promise<T>): Promise<{ kind: "done"; value: T } | Held> {
  const acquisition = await ports.lease.acquire();
  if (acquisition.kind === "held") return acquisition;
  try {
    return { kind: "done", value: await act() };
  } finally {
    await acquisition.release();
  }
}

/** Does something once no other run does: CloudFormation's requests cannot be left to a later run. */
export async function afterOtherRuns<T>(ports: Ports, act: () => Promise<T>): Promise<T> {
  for (let looks = 0; ; looks++) {
    const outcome = await asOnlyRun(ports, act);
    if (outcome.kind === "done") return outcome.value;
    if (ports.time.isRunningOut() || !(await ports.time.waitToLookAgain(Math.min(looks, LOOKS_AT_MOST_WAIT))))
      throw new Error(
        `another run of this function is still at work, until ${outcome.until.toISOString()} at the latest; try again`,
      );
  }
}

import type { AgentState } from "./coverage.ts";
import type { AppPolicy } from "./document.ts";
import type { Trip } from "./trip.ts";
import type { Verdict } from "./verdict.ts";

/** So many agents may die whatever the share is. */
const ALWAYS_ALLOWED = 5;

type Listener = {
  readonly agent: AgentState;
  readonly policy: Pick<AppPolicy, "silentAfter">;
  readonly verdict: Verdict;
};

/**
 * Finds that more than a share of the apps that the policy stops for silence fell silent together: what lies between
 * them and Parameter Store is broken then, and their users may be at work. Apps that never had an agent are none of it.
 */
export function examineSilence(apps: readonly Listener[], missingShare: number): Trip | undefined {
  const heedful = apps.filter(({ agent, policy }) => agent !== "not-watched" && policy.silentAfter !== undefined);
  const fallen = heedful.filter(({ agent, verdict }) => agent === "dead" && verdict.reason === "silent");
  if (fallen.length <= Math.max(ALWAYS_ALLOWED, missingShare * heedful.length)) return undefined;
  return { cause: "fleet-silent", apps: heedful.length, affected: fallen.length };
}

import type { AgentState } from "./coverage.ts";
import type { AppPolicy } from "./document.ts";
import { mostMissing, type Trip } from "./trip.ts";
import type { Verdict } from "./verdict.ts";

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
  if (fallen.length <= mostMissing(heedful.length, missingShare)) return undefined;
  return { cause: "fleet-silent", apps: heedful.length, affected: fallen.length };
}

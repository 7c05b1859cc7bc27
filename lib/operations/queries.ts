import { AGENT_STATES, WITHOUT_LIVE_AGENT } from "../policy/coverage.ts";
import { OUTCOMES, type Outcome } from "../policy/outcome.ts";
import { KEEP_REASONS, STOP_REASONS } from "../policy/verdict.ts";

/** Kept apps are counted by their reasons. */
const SHOWN_OUTCOMES = OUTCOMES.filter((outcome) => outcome !== "kept");
const STOPPED: readonly Outcome[] = ["stopped", "would-stop"];
const SHOWN_STATES = AGENT_STATES.filter((state) => state !== "not-watched");

/** Over time, the apps that were kept, by reason; on average over the sweeps of each bin. */
export const KEPT_AND_WHY = ['filter message = "sweep"', `stats ${each("avg", "reasons", KEEP_REASONS)} by bin(15m)`];

/** Over time, the apps that were stopped, by reason. */
export const STOPPED_AND_WHY = ['filter message = "sweep"', `stats ${each("sum", "stopped", STOP_REASONS)} by bin(1h)`];

/** Over time, the outcomes of stops. An app may be held back in many sweeps, and so counts once a bin. */
export const OUTCOMES_OF_STOPS = [
  'filter message = "sweep"',
  `stats ${each("max", "outcomes", SHOWN_OUTCOMES)} by bin(15m)`,
];

/** Over time, the states of the agents. */
export const AGENTS = ['filter message = "sweep"', `stats ${each("avg", "coverage", SHOWN_STATES)} by bin(15m)`];

/** The last apps that were stopped, or in a dry run would have been. */
export const LAST_STOPS = [
  `filter message = "verdict" and outcome in ${JSON.stringify(STOPPED)}`,
  'parse app "*/*/*/*/*" as domain, ownerKind, owner, appType, appName',
  "sort @timestamp desc",
  "limit 100",
  "display @timestamp, user, owner, appType, domain, instanceType, reason, detail, outcome, rule",
];

/** The apps without a live agent. Each is logged at least once an hour; one that was last logged earlier is gone. */
export const WITHOUT_AGENT = [
  'filter message in ["verdict", "gone"]',
  "stats latest(message) as last, latest(agent) as agentIs, latest(detail) as because, " +
    "latest(user) as usedBy, latest(instanceType) as instance, latest(@timestamp) as named by app",
  `filter last = "verdict" and agentIs in ${JSON.stringify(WITHOUT_LIVE_AGENT)}`,
  "sort named desc",
  "limit 100",
  "display app, usedBy, agentIs, because, instance, fromMillis(named) as lastNamed",
];

/** The failures of sweeps. */
export const FAILURES = [
  'filter level = "ERROR"',
  "sort @timestamp desc",
  "limit 50",
  "display @timestamp, message, error.name, error.message",
];

/** Names with a hyphen go in backticks; results are named without. */
function each(aggregate: "avg" | "sum" | "max", group: string, kinds: readonly string[]): string {
  return kinds.map((kind) => `${aggregate}(\`${group}.${kind}\`) as ${kind.replaceAll("-", "_")}`).join(", ");
}

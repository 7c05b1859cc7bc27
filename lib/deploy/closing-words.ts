import type { AttachOutcome } from "../attach/outcome.ts";
import { parsePolicy, type Mode, type Policy } from "../policy/document.ts";
import { nameOf } from "../policy/resolve.ts";
import { attachedWords } from "./attached-words.ts";
import { consoleAddress } from "./console.ts";
import type { Deployment } from "./deployment.ts";

/** The policy parameter's text, before and after a deploy; `undefined` where there was none. */
export type PolicyTexts = { readonly before?: string | undefined; readonly now: string | undefined };

/** What is deployed: the policy, whether the stack attaches, and what the last run of `attach` left behind. */
export type Deployed = {
  readonly policy: PolicyTexts;
  readonly attaches: boolean;
  readonly outcome: AttachOutcome | undefined;
};

/** What a deployer is told at a deploy's end, and by `info`: a few lines, each with what to do next. */
export function closingWords(name: string, region: string, deployed: Deployed): readonly string[] {
  const attached = deployed.attaches ? attachedWords(deployed.outcome) : [NOT_ATTACHED];
  return [modeLine(deployed.policy), dashboardLine(name, region), ...attached];
}

/** Who is told of alarms follows from the parameters of a deploy, which `info` does not know. */
export function alarmWords({ alarmEmail, alarmTopic }: Deployment["parameters"]): readonly string[] {
  if (alarmTopic !== undefined) return [];
  return alarmEmail === undefined
    ? ["No one is told of alarms yet: subscribe to the stack's topic, or deploy with --param alarmEmail=…"]
    : [`${alarmEmail} is told of alarms once the link in AWS's e-mail is confirmed`];
}

function modeLine({ before, now }: PolicyTexts): string {
  const policy = parsed(now);
  if (policy === undefined)
    return "Mode: unknown, because the policy parameter cannot be read. Nothing is deleted until it can";
  const { mode } = policy;
  const was = parsed(before)?.mode ?? mode;
  const changed = was === mode ? "" : ` (it was ${was} before)`;
  return `Mode: ${mode}${changed}. ${MEANING[mode]}${exceptions(policy)}`;
}

const MEANING: Readonly<Record<Mode, string>> = {
  live: "Idle apps are deleted; --param mode=dry-run only logs them",
  "dry-run": "Nothing is deleted; change mode to live in policy.yml and deploy to go live",
};

/** A rule's own mode wins over the policy's. */
function exceptions({ mode, rules }: Policy): string {
  const others = rules.flatMap((rule, i) => ((rule.set.mode ?? mode) === mode ? [] : nameOf(rule, i)));
  if (others.length === 0) return "";
  return `. Not so by ${others.join(", ")}: ${mode === "live" ? "a dry run" : "live, which deletes idle apps"}`;
}

const NOT_ATTACHED =
  "No domain is attached (domains=none). Attach build/on-start.sh by hand, and the heartbeat policy to the apps' roles";

const dashboardLine = (name: string, region: string): string =>
  `Dashboard: ${consoleAddress(region)}/cloudwatch/home?region=${region}#dashboards/dashboard/${name}-${region}`;

function parsed(text: string | undefined): Policy | undefined {
  if (text === undefined) return undefined;
  try {
    return parsePolicy(text, "the policy parameter");
  } catch {
    return undefined;
  }
}

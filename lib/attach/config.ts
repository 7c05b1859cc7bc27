import { join } from "node:path";
import * as v from "valibot";
import { DOMAIN_ID } from "../domain/domain-id.ts";
import { ParameterPrefix } from "../domain/parameter-prefix.ts";
import type { AttachMode } from "./app-settings.ts";
import { MAX_DEPLOYMENT_LENGTH } from "./lifecycle-config-name.ts";

const Domains = v.pipe(
  v.string(),
  v.transform((text) => (text === "all" ? "all" : text === "none" ? [] : text.split(",").map((id) => id.trim()))),
  v.check(
    (domains) => domains === "all" || domains.every((id) => DOMAIN_ID.test(id)),
    "expected all, none, or domain ids with commas between, like d-abc,d-def",
  ),
);

const YesOrNo = v.pipe(
  v.picklist(["true", "false"], "expected true or false"),
  v.transform((text) => text === "true"),
);

const Tags = v.pipe(
  v.string(),
  v.parseJson(undefined, 'expected a JSON object of tags, like {"team": "ml"}'),
  v.record(v.string(), v.string(), 'expected a JSON object whose values are texts, like {"team": "ml"}'),
);

const Environment = v.object({
  PARAMETER_PREFIX: v.optional(ParameterPrefix, "/studio-reaper"),
  DEPLOYMENT: v.pipe(
    v.string("expected the deployment's name, like studio-reaper-dev"),
    v.regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, "expected letters, digits and hyphens, like studio-reaper-dev"),
    v.maxLength(
      MAX_DEPLOYMENT_LENGTH,
      `expected at most ${MAX_DEPLOYMENT_LENGTH} characters, so that a lifecycle configuration can be named after it`,
    ),
  ),
  ATTACH_DOMAINS: v.optional(Domains, "all"),
  ATTACH_AS: v.optional(v.picklist(["built-in", "default"], "expected built-in or default"), "built-in"),
  ATTACH_PROFILES: v.optional(v.picklist(["report", "change"], "expected report or change"), "report"),
  ATTACH_ROLES: v.optional(YesOrNo, "true"),
  HEARTBEAT_POLICY_ARN: v.pipe(
    v.string("expected the ARN of a managed policy"),
    v.regex(
      /^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/,
      "expected the ARN of a managed policy, like arn:aws:iam::123456789012:policy/heartbeats",
    ),
  ),
  RESOURCE_TAGS: v.optional(Tags, "{}"),
  ON_START_FILE: v.exactOptional(v.pipe(v.string(), v.nonEmpty("expected the path of the built script"))),
  AGENT_FILE: v.exactOptional(v.pipe(v.string(), v.nonEmpty("expected the path of the built agent"))),
  LAMBDA_TASK_ROOT: v.optional(v.string(), ""),
});

/** What the deploy sets in the function's environment. */
export type AttachConfig = {
  /** The name of every parameter begins with it. It has no slash at its end. */
  readonly prefix: string;
  /** The names of this deployment's lifecycle configurations begin with it. */
  readonly deployment: string;
  readonly domains: "all" | readonly string[];
  readonly mode: AttachMode;
  readonly profiles: "report" | "change";
  /** Whether the heartbeat policy is attached to the domains' execution roles. */
  readonly attachRoles: boolean;
  readonly policyArn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly scriptFile: string;
  readonly agentFile: string;
};

/** Parses the function's environment; throws, naming the variable and what it accepts. */
export function readAttachConfig(env: Readonly<Record<string, string | undefined>>): AttachConfig {
  // An empty variable is a mistake, and never means the default.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  const parsed = v.safeParse(Environment, given);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const [name = "environment"] = (v.getDotPath(issue) ?? "").split(".");
    throw new Error(
      `${name}: ${issue.message}, got ${env[name] === undefined ? "nothing" : JSON.stringify(env[name])}`,
    );
  }
  const {
    PARAMETER_PREFIX,
    DEPLOYMENT,
    ATTACH_DOMAINS,
    ATTACH_AS,
    ATTACH_PROFILES,
    ATTACH_ROLES,
    HEARTBEAT_POLICY_ARN,
    RESOURCE_TAGS,
    ON_START_FILE,
    AGENT_FILE,
    LAMBDA_TASK_ROOT,
  } = parsed.output;
  return {
    prefix: PARAMETER_PREFIX,
    deployment: DEPLOYMENT,
    domains: ATTACH_DOMAINS,
    mode: ATTACH_AS,
    profiles: ATTACH_PROFILES,
    attachRoles: ATTACH_ROLES,
    policyArn: HEARTBEAT_POLICY_ARN,
    tags: RESOURCE_TAGS,
    scriptFile: ON_START_FILE ?? join(LAMBDA_TASK_ROOT, "build/on-start.sh"),
    agentFile: AGENT_FILE ?? join(LAMBDA_TASK_ROOT, "build/agent.lzma"),
  };
}

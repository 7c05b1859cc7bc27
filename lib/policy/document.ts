import { load as parseYaml, YAMLException } from "js-yaml";
import * as v from "valibot";
import { SOURCES } from "../domain/heartbeat.ts";
import { WAYS } from "../domain/notice.ts";
import { Hours } from "./hours.ts";
import {
  count,
  domainGlobs,
  globs,
  mapping,
  notEmpty,
  orWord,
  programs,
  seconds,
  secondsOrNever,
  secondsOrNone,
  secondsOrOff,
  secondsUpTo,
  share,
  tagGlobs,
  title,
  until,
  yesOrNo,
} from "./values.ts";

const sources = v.pipe(
  v.array(v.picklist(SOURCES, `expected one of ${SOURCES.join(", ")}`), "expected a list of sources"),
  v.nonEmpty("must name at least one source, since an app is judged by its sources"),
);
const ways = v.array(v.picklist(WAYS, `expected one of ${WAYS.join(", ")}`), "expected a list of ways");
const mode = v.picklist(["live", "dry-run"], "expected live or dry-run");
const hours = orWord(Hours, "none", { means: undefined, expected: 'expected fields, like from: "08:00", or none' });

const settings = {
  idleTimeInSeconds: v.exactOptional(secondsOrNever),
  hours: v.exactOptional(hours),
  ignoreConnections: v.exactOptional(yesOrNo),
  skipTerminals: v.exactOptional(yesOrNo),
  sources: v.exactOptional(sources),
  exempt: v.exactOptional(yesOrNo),
  minRuntime: v.exactOptional(secondsOrNone),
  maxAge: v.exactOptional(secondsOrOff),
  warnBefore: v.exactOptional(secondsOrNone),
  notifyIn: v.exactOptional(ways),
  keepAliveAtMost: v.exactOptional(secondsOrNone),
  silentAfter: v.exactOptional(secondsOrOff),
  hungAfter: v.exactOptional(seconds),
};

const Match = v.pipe(
  mapping({
    domain: v.exactOptional(domainGlobs),
    user: v.exactOptional(globs),
    space: v.exactOptional(globs),
    appType: v.exactOptional(globs),
    instanceType: v.exactOptional(globs),
    tag: v.exactOptional(tagGlobs),
  }),
  notEmpty("names nothing to match; settings for every app belong in defaults"),
);

const Rule = mapping({
  name: v.exactOptional(title),
  until: v.exactOptional(until),
  match: Match,
  set: v.pipe(mapping({ mode: v.exactOptional(mode), ...settings }), notEmpty("sets nothing")),
});

const Budget = mapping({
  maxStops: v.optional(count, 50),
  maxShare: v.optional(share, 0.5),
  breakerShare: v.optional(share, 0.6),
  missingShare: v.optional(share, 0.2),
});

/** Programs that are left open and do no work by themselves. An agent has the same list until it gets instructions. */
const NOT_JOBS =
  "less more man vi vim nvim view nano emacs pico top htop btop atop iotop nvtop glances watch tmux screen tail".split(
    " ",
  );

/**
 * What a Jupyter or VS Code server starts for itself: nobody's work, however much it computes. The agent's own list,
 * until it is told another, is the same.
 */
const HELPERS = [
  ..."*language-server* *languageserver* *language_server* *langserver* *lsp* jedi-* pet tsserver.js".split(" "),
  ..."typingsInstaller.js *Server.js *ServerMain* server.bundle.js ruff gopls rust-analyzer clangd texlab".split(" "),
  ..."git git-* rg watchman* *-watcher".split(" "),
];

/** Of the 4096 bytes of the instructions' parameter, what is left for programs beside all timeouts. */
const MAX_PROGRAM_BYTES = 3250;
const jsonBytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

const AgentFields = mapping({
  sampleSeconds: v.optional(secondsUpTo(300), 60),
  cpuThreshold: v.optional(v.pipe(v.number("expected a share of one core"), v.gtValue(0, "must be above 0")), 0.05),
  gpuThreshold: v.optional(share, 0.05),
  notJobs: v.optional(programs, NOT_JOBS),
  helpers: v.optional(programs, HELPERS),
});
const Agent = v.pipe(
  AgentFields,
  v.check(
    ({ notJobs, helpers }) => jsonBytes(notJobs) + jsonBytes(helpers) <= MAX_PROGRAM_BYTES,
    `notJobs and helpers must have at most ${MAX_PROGRAM_BYTES} bytes together, so that every agent can be told them`,
  ),
);

/** What policy.yml may say. */
export const PolicyDocument = mapping({
  version: v.literal(1, "expected 1"),
  mode,
  agent: v.optional(Agent, {}),
  budget: v.optional(Budget, {}),
  defaults: v.optional(
    mapping({
      ...settings,
      idleTimeInSeconds: v.optional(secondsOrNever, 3600),
      ignoreConnections: v.optional(yesOrNo, true),
      skipTerminals: v.optional(yesOrNo, false),
      sources: v.optional(sources, [...SOURCES]),
      exempt: v.optional(yesOrNo, false),
      notifyIn: v.optional(ways, [...WAYS]),
      keepAliveAtMost: v.optional(secondsOrNone, 86_400),
      hungAfter: v.optional(seconds, 86_400),
    }),
    {},
  ),
  rules: v.optional(v.array(Rule, "expected a list of rules"), []),
});

/** Whether apps are stopped and their users told, or only judged. */
export type Mode = v.InferOutput<typeof mode>;

/** The policy of the whole account, parsed. Every time is in whole seconds. The README has the reference. */
export type Policy = v.InferOutput<typeof PolicyDocument>;
export type PolicyRule = Policy["rules"][number];
export type BudgetLimits = Policy["budget"];

/** What holds for one app: the defaults, with what the first matching rule sets. */
export type AppPolicy = Policy["defaults"] & {
  readonly mode: Mode;
  /** The rule that holds, as people call it; `undefined` where the defaults do. */
  readonly rule?: string | undefined;
  /** Why it is not known which rule holds, in words; `undefined` where it is. */
  readonly doubt?: string | undefined;
};

/** The policy is missing or has a mistake. Nothing is stopped then. */
export class InvalidPolicy extends Error {
  override readonly name = "InvalidPolicy";
}

/** Parses the policy's YAML (or JSON); throws one `InvalidPolicy` that names every wrong field and what it accepts. */
export function parsePolicy(text: string, where: string): Policy {
  const parsed = v.safeParse(PolicyDocument, parseDocument(text, where));
  if (parsed.success) return parsed.output;
  throw new InvalidPolicy(
    [`${where} is not a valid policy`, ...parsed.issues.flatMap((issue) => explain(issue))].join("\n  "),
  );
}

function parseDocument(text: string, where: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new InvalidPolicy(`${where} is not valid YAML: ${error.message}`, { cause: error });
  }
}

type Issue = v.BaseIssue<unknown>;
type Path = readonly v.IssuePathItem[];

/** Of several forms that a field may have, it says what is wrong within the one with fields. */
function explain(issue: Issue, above: Path = []): readonly string[] {
  const path = [...above, ...(issue.path ?? [])];
  const inner = (issue.issues ?? []).filter((one) => one.path !== undefined);
  if (inner.length > 0) return inner.flatMap((one) => explain(one, path));
  return [`${inWords(path)}: ${wrongIn(issue)}`];
}

function wrongIn(issue: Issue): string {
  if (issue.expected === "never") return "no such field";
  if (issue.received === "undefined") return "is missing";
  return `${issue.message}${hasUsefulValue(issue) ? `, got ${issue.received}` : ""}`;
}

/** Of an empty text or list, valibot gives the length, 0; of an object or a list, only that it is one. */
function hasUsefulValue({ type, received }: Issue): boolean {
  return type !== "non_empty" && received !== "Object" && received !== "Array";
}

function inWords(path: Path): string {
  const steps = path.map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  return steps.join("").slice(1) || "the document";
}

import * as v from "valibot";
import { DOMAIN_ID } from "../domain/domain-id.ts";
import { readSchedule } from "../operations/schedule.ts";
import { sayError } from "../domain/errors.ts";
import { ParameterPrefix } from "../domain/parameter-prefix.ts";
import { Refused } from "./refused.ts";

/** The days that CloudWatch Logs can keep a group's events for. */
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 2192, 2557, 2922, 3288, 3653];

const text = v.pipe(v.string(), v.nonEmpty("must not be empty"));
const matching = (pattern: RegExp, expected: string) => v.pipe(text, v.regex(pattern, `expected ${expected}`));
const oneOf = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, `expected ${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`);
const yesOrNo = v.pipe(
  oneOf(["true", "false"]),
  v.transform((word) => word === "true"),
);

/** The word `none`, or a value that fits the schema. */
const orNone = <T extends v.GenericSchema<string, unknown>>(schema: T) =>
  v.lazy((given): v.GenericSchema<string, v.InferOutput<T> | undefined> =>
    given === "none"
      ? v.pipe(
          v.string(),
          v.transform(() => undefined),
        )
      : schema,
  );

/** Values separated by commas. Each fits the pattern, and none occurs twice. */
const list = (pattern: RegExp, expected: string) =>
  v.pipe(
    text,
    v.transform((values) => values.split(",").map((value) => value.trim())),
    v.array(v.pipe(v.string(), v.regex(pattern, `expected ${expected}`))),
    v.check((values) => new Set(values).size === values.length, "names one twice"),
  );

const schedule = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      readSchedule(dataset.value);
    } catch (error) {
      addIssue({
        message: sayError(error).replace(/^schedule: |, got .*$/g, ""),
      });
    }
  }),
);

const domains = v.lazy((given): v.GenericSchema<string, "all" | "none" | string[]> =>
  given === "all" || given === "none"
    ? v.picklist(["all", "none"])
    : list(DOMAIN_ID, "all, none, or domain ids like d-abc123, separated by commas"),
);

const number = (expected: string) =>
  v.pipe(text, v.transform(Number), v.number(`expected ${expected}`), v.finite(`expected ${expected}`));
const tag = /^(?!aws:)[\w./+:\- ]{1,128}=[\w./=+:\-@ ]{0,256}$/i;
const tags = v.pipe(
  list(tag, "key=value pairs, separated by commas, like team=data,cost=42"),
  v.maxLength(40, "must be at most 40 tags"),
  v.transform((pairs) =>
    Object.fromEntries(
      pairs.map((pair): [string, string] => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    ),
  ),
);

const Parameters = v.pipe(
  v.strictObject({
    prefix: ParameterPrefix,
    schedule,
    mode: oneOf(["live", "dry-run", "policy"]),
    policy: oneOf(["keep-edits", "overwrite"]),
    domains,
    attachAs: oneOf(["built-in", "default"]),
    profiles: oneOf(["report", "change"]),
    attachRoles: yesOrNo,
    alarmEmail: orNone(matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "an e-mail address or none")),
    alarmTopic: orNone(matching(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, "an SNS topic's ARN or none")),
    coverage: v.pipe(
      number("a share between 0 and 1"),
      v.gtValue(0, "must be above 0"),
      v.maxValue(1, "must be at most 1"),
    ),
    tags: orNone(tags),
    permissionsBoundary: orNone(
      matching(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/, "an IAM policy's ARN or none"),
    ),
    events: yesOrNo,
    tracing: yesOrNo,
    logRetention: v.pipe(
      number("a number of days"),
      v.picklist(RETENTIONS, `expected a number of days that CloudWatch Logs knows: ${RETENTIONS.join(", ")}`),
    ),
    vpcId: orNone(matching(/^vpc-[0-9a-f]{8,17}$/, "a VPC's id like vpc-0123456789abcdef0, or none")),
    subnetIds: orNone(
      list(/^subnet-[0-9a-f]{8,17}$/, "subnets' ids like subnet-0123456789abcdef0, separated by commas, or none"),
    ),
    securityGroupIds: orNone(
      list(/^sg-[0-9a-f]{8,17}$/, "security groups' ids like sg-0123456789abcdef0, separated by commas, or none"),
    ),
  }),
  v.forward(
    v.check(
      ({ alarmEmail, alarmTopic }) => alarmEmail === undefined || alarmTopic === undefined,
      "alarmTopic is given, too: subscribe the address to that topic",
    ),
    ["alarmEmail"],
  ),
  v.forward(
    v.check(
      ({ vpcId, subnetIds }) => (vpcId === undefined) === (subnetIds === undefined),
      "an endpoint needs vpcId, subnetIds and securityGroupIds, or none of them",
    ),
    ["subnetIds"],
  ),
  v.forward(
    v.check(
      ({ vpcId, securityGroupIds }) => (vpcId === undefined) === (securityGroupIds === undefined),
      "an endpoint needs vpcId, subnetIds and securityGroupIds, or none of them",
    ),
    ["securityGroupIds"],
  ),
);

/** The checked parameters of a deploy, from `--param` and serverless.yml's `params`. */
export type Parameters = v.InferOutput<typeof Parameters>;

export const PARAMETER_NAMES: readonly string[] = Object.keys(Parameters.pipe[0].entries);

/** Checks every parameter; throws one `Refused` that names each wrong one, its value and what is accepted. */
export function checkParameters(given: Readonly<Record<string, unknown>>): Parameters {
  const parsed = v.safeParse(
    Parameters,
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)])),
    { abortPipeEarly: true },
  );
  if (parsed.success) return parsed.output;
  throw new Refused(["Wrong parameters:", ...parsed.issues.map((issue) => explain(issue, given))].join("\n  "));
}

function explain(issue: v.InferIssue<typeof Parameters>, given: Readonly<Record<string, unknown>>): string {
  const name = String(issue.path?.[0]?.key);
  if (!(name in given)) return `${name}: is missing`;
  if (!PARAMETER_NAMES.includes(name)) return `${name}: no such parameter; there are ${PARAMETER_NAMES.join(", ")}`;
  return `${name}: ${issue.message}, got ${JSON.stringify(given[name])}`;
}

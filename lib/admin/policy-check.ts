// `npm run policy -- check`: what is wrong in a policy, and what it would make of the apps that run now.
import { readFile } from "node:fs/promises";
import { env } from "node:process";
import { createPorts } from "../aws/ports.ts";
import { sayError } from "../domain/errors.ts";
import { InvalidPolicy, parsePolicy, type Policy } from "../policy/document.ts";
import { mistakesIn, notesOn } from "../policy/review.ts";
import { judgeApps } from "../sweep/candidate.ts";
import { observe } from "../sweep/observe.ts";
import { readNamesAndOptions, readPrefix, runCommand, UsageError } from "./command-line.ts";
import { settleForLocalEndpoint } from "./local-endpoint.ts";
import { effectLines } from "./policy-effect.ts";

const HELP = `Says what is wrong in a policy, which of its rules can never hold, and what it
would make of each app that runs now, as the next sweep would judge it. It
reads, and changes nothing. Credentials are found as the AWS CLI finds them.
Exits with 1 where something is wrong, or the account cannot be read.

  npm run policy -- check [FILE] [options]

  FILE        the policy (policy.yml)
  --offline   the file alone, without a look at the account
  --region R  the region, unless the environment or the profile has one
  --prefix P  what the parameters' names begin with (/studio-reaper)
  --help      this text
`;

await runCommand(async () => {
  const { values, positionals } = readNamesAndOptions(
    {
      offline: { type: "boolean", default: false },
      region: { type: "string" },
      prefix: { type: "string", default: env["PARAMETER_PREFIX"] ?? "/studio-reaper" },
      help: { type: "boolean", default: false },
    },
    { names: 2 },
  );
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [what, file = "policy.yml"] = positionals;
  if (what !== "check") throw new UsageError("expected the word check, as in: npm run policy -- check policy.yml");
  if (values.region !== undefined) env["AWS_REGION"] = values.region;
  const policy = await check(file);
  if (policy === undefined) return 1;
  return values.offline ? 0 : sayEffect(policy, readPrefix(values.prefix));
});

/** Says what is wrong in a file, and what should be known of it; `undefined` where it could not be deployed. */
async function check(file: string): Promise<Policy | undefined> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UsageError(`FILE: ${file} cannot be read`, { cause });
  });
  try {
    const policy = parsePolicy(text, file);
    const mistakes = mistakesIn(policy);
    say(mistakes.length > 0 ? `${file} has rules that match nothing` : `${file} is valid`);
    for (const line of [...mistakes, ...notesOn(policy, new Date())]) say(`  ${line}`);
    return mistakes.length > 0 ? undefined : policy;
  } catch (error) {
    if (!(error instanceof InvalidPolicy)) throw error;
    say(error.message);
    return undefined;
  }
}

async function sayEffect(policy: Policy, prefix: string): Promise<number> {
  settleForLocalEndpoint(env);
  try {
    const now = new Date();
    const observed = await observe(createPorts({ prefix, service: "studio-reaper", events: false }), policy, () => now);
    for (const line of effectLines(policy, judgeApps({ observed, policy, now }))) say(line);
    for (const { message } of observed.failures) process.stderr.write(`${message}\n`);
    return observed.failures.length > 0 ? 1 : 0;
  } catch (error) {
    process.stderr.write(`The account cannot be read (--offline checks the file alone): ${sayError(error)}\n`);
    return 1;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

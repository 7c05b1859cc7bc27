import type { Account } from "./account.ts";
import type { Deployment } from "./deployment.ts";
import { planPolicy } from "./policy-edits.ts";
import { Refused } from "./refused.ts";

/** What the deployer is told before the deploy, and the policy that was changed by hand and stays in force. */
export type PreflightResult = { readonly notices: readonly string[]; readonly keptPolicy?: string };

/** Checks the deployment against the account before anything is packaged; throws `Refused`. */
export async function preflight({ name, parameters, policy }: Deployment, account: Account): Promise<PreflightResult> {
  await refuseUnknownDomains(parameters.domains, account);
  const parameter = policyParameter(parameters);
  const [stack, current] = await Promise.all([account.stack(name), account.parameter(parameter)]);
  refuseOtherPrefix(stack?.policy?.name, parameters.prefix);
  const step = planPolicy({ deployed: stack?.policy?.text, current, wanted: policy }, parameters.policy, parameter);
  switch (step) {
    case "leave-to-cloudformation":
      return { notices: [] };
    case "keep":
      return { notices: [kept(parameter)], ...(current !== undefined && { keptPolicy: current }) };
    case "write":
      // CloudFormation compares templates only, and would not notice that the parameter differs from both.
      await account.writePolicy(parameter, policy);
      return { notices: [current === undefined ? writtenAgain(parameter) : overwritten(parameter)] };
  }
}

/** Restores a kept policy where the deploy wrote the parameter all the same, as CloudFormation does for new tags. */
export async function restoreKeptPolicy(
  { parameters }: Deployment,
  { keptPolicy }: PreflightResult,
  account: Account,
): Promise<void> {
  const parameter = policyParameter(parameters);
  if (keptPolicy !== undefined && (await account.parameter(parameter)) !== keptPolicy)
    await account.writePolicy(parameter, keptPolicy);
}

const kept = (parameter: string): string =>
  `${parameter} was changed by hand: it stays in force, not policy.yml (--param policy=overwrite changes that)`;
const writtenAgain = (parameter: string): string => `${parameter} was gone: it is written again`;
const overwritten = (parameter: string): string =>
  `${parameter} was changed by hand: it is overwritten with policy.yml`;

const policyParameter = ({ prefix }: Pick<Deployment["parameters"], "prefix">): string => `${prefix}/policy`;

/** Running agents write below the prefix that they started with, and the records of what was attached are there. */
function refuseOtherPrefix(deployed: string | undefined, prefix: string): void {
  if (deployed === undefined || deployed === policyParameter({ prefix })) return;
  throw new Refused(
    `prefix: expected ${deployed.replace(/\/policy$/, "")}, as this stage has it, got ${prefix}. ` +
      "Remove the stage first, or deploy another one",
  );
}

async function refuseUnknownDomains(domains: Deployment["parameters"]["domains"], account: Account): Promise<void> {
  if (typeof domains === "string") return;
  const exists = await Promise.all(domains.map((id) => account.hasDomain(id)));
  const unknown = domains.filter((_, index) => exists[index] === false);
  if (unknown.length > 0)
    throw new Refused(`domains: expected domains that exist in this account and region, got ${unknown.join(", ")}`);
}

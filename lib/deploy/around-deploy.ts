import type { Account } from "./account.ts";
import type { Deployment } from "./deployment.ts";
import { planPolicy } from "./policy-edits.ts";
import { Refused } from "./refused.ts";

/** What comes of the look at the account: what people should be told, and the policy that was changed by hand and stays. */
export type Outlook = { readonly notices: readonly string[]; readonly kept?: string };

/** Checks what only the account knows, before anything is packaged; throws `Refused`. */
export async function beforeDeploy({ name, parameters, policy }: Deployment, account: Account): Promise<Outlook> {
  await refuseUnknownDomains(parameters.domains, account);
  const parameter = policyParameter(parameters);
  const [deployed, now] = await Promise.all([account.deployedPolicy(name), account.parameter(parameter)]);
  refuseOtherPrefix(deployed?.name, parameters.prefix);
  const step = planPolicy({ deployed: deployed?.text, now, wanted: policy }, parameters.policy, parameter);
  if (step === "keep")
    return {
      notices: [
        `${parameter} was changed by hand: it stays in force, not policy.yml (--param policy=overwrite changes that)`,
      ],
      ...(now !== undefined && { kept: now }),
    };
  if (step === "leave-to-cloudformation") return { notices: [] };
  // CloudFormation compares templates only, and would not notice that the parameter differs from both.
  await account.writePolicy(parameter, policy);
  return {
    notices: [
      now === undefined
        ? `${parameter} was gone: it is written again`
        : `${parameter} was changed by hand: it is overwritten with policy.yml`,
    ],
  };
}

/** Puts a policy that was to stay back where the deploy wrote the parameter all the same, as CloudFormation does for new tags. */
export async function afterDeploy({ parameters }: Deployment, { kept }: Outlook, account: Account): Promise<void> {
  const parameter = policyParameter(parameters);
  if (kept !== undefined && (await account.parameter(parameter)) !== kept) await account.writePolicy(parameter, kept);
}

function policyParameter({ prefix }: Pick<Deployment["parameters"], "prefix">): string {
  return `${prefix}/policy`;
}

/** Agents that run go on writing below the prefix that they started with, and what was attached is on record there. */
function refuseOtherPrefix(deployed: string | undefined, prefix: string): void {
  if (deployed === undefined || deployed === policyParameter({ prefix })) return;
  throw new Refused(
    `prefix: expected ${deployed.replace(/\/policy$/, "")}, as this stage has it, got ${prefix}. Remove the stage first, or deploy another one`,
  );
}

async function refuseUnknownDomains(domains: Deployment["parameters"]["domains"], account: Account): Promise<void> {
  if (typeof domains === "string") return;
  const found = await Promise.all(domains.map((id) => account.hasDomain(id)));
  const unknown = domains.filter((_, index) => found[index] === false);
  if (unknown.length > 0)
    throw new Refused(`domains: expected domains that exist in this account and region, got ${unknown.join(", ")}`);
}

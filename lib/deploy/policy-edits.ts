import { Refused } from "./refused.ts";

/** The policy in three versions, where there are any: as last deployed, as the parameter is now, and as this deploy would have it. */
export type PolicyVersions = {
  readonly deployed: string | undefined;
  readonly now: string | undefined;
  readonly wanted: string;
};

/**
 * What the deploy does about the policy parameter. CloudFormation writes it where its template changed, and only there: `write` says
 * that the deploy has to do it itself, `keep` that a policy changed by hand stays in force.
 */
export type PolicyStep = "leave-to-cloudformation" | "write" | "keep";

/** Compares the three; throws `Refused` where the deploy would lose what somebody changed by hand, or cannot work. */
export function planPolicy(
  { deployed, now, wanted }: PolicyVersions,
  edits: "keep-edits" | "overwrite",
  name: string,
): PolicyStep {
  if (deployed === undefined) {
    if (now === undefined) return "leave-to-cloudformation";
    throw new Refused(
      `The parameter ${name} is there already, and not from this deployment. Take over what it says into policy.yml, and delete it ` +
        `(aws ssm delete-parameter --name ${name}), or deploy with another --param prefix=…`,
    );
  }
  if (now === undefined) return "write";
  if (now === wanted || asGivenBack(now) === asGivenBack(deployed)) return "leave-to-cloudformation";
  if (edits === "overwrite") return "write";
  if (asGivenBack(wanted) === asGivenBack(deployed)) return "keep";
  throw new Refused(
    `The parameter ${name} was changed by hand since the last deploy, and policy.yml was changed, too. Take over what the parameter says into ` +
      `policy.yml (aws ssm get-parameter --name ${name} --query Parameter.Value --output text), or lose it with --param policy=overwrite`,
  );
}

/** CloudFormation gives a template back with a question mark for every character that is not ASCII. */
function asGivenBack(text: string): string {
  return text.replaceAll(/[^\p{ASCII}]/gu, "?");
}

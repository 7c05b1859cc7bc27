import { Refused } from "./refused.ts";

/** The policy as it was last deployed, as the parameter is at present, and as this deploy wants it. */
export type PolicyVersions = {
  readonly deployed: string | undefined;
  readonly current: string | undefined;
  readonly wanted: string;
};

/**
 * What the deploy does about the policy parameter. CloudFormation writes it only where the template changed: `write`
 * means that the deploy itself writes it, `keep` that a policy that was changed by hand stays in force.
 */
export type PolicyStep = "leave-to-cloudformation" | "write" | "keep";

/** Compares the three; throws `Refused` where the deploy would lose a change by hand, or could not succeed. */
export function planPolicy(
  { deployed, current, wanted }: PolicyVersions,
  edits: "keep-edits" | "overwrite",
  name: string,
): PolicyStep {
  if (deployed === undefined) {
    if (current === undefined) return "leave-to-cloudformation";
    throw new Refused(
      `The parameter ${name} is there already, and not from this deployment. Copy its text into policy.yml and ` +
        `delete it (aws ssm delete-parameter --name ${name}), or deploy with another --param prefix=…`,
    );
  }
  if (current === undefined) return "write";
  if (current === wanted || inAscii(current) === inAscii(deployed)) return "leave-to-cloudformation";
  if (edits === "overwrite") return "write";
  if (inAscii(wanted) === inAscii(deployed)) return "keep";
  throw new Refused(
    `The parameter ${name} was changed by hand since the last deploy, and policy.yml was changed, too. Copy the ` +
      `parameter's text into policy.yml (aws ssm get-parameter --name ${name} --query Parameter.Value --output text)` +
      ", or replace it with --param policy=overwrite",
  );
}

/** The text as CloudFormation returns it in a template: with a question mark for every character that is not ASCII. */
function inAscii(text: string): string {
  return text.replaceAll(/[^\p{ASCII}]/gu, "?");
}

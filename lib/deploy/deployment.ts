import { MAX_DEPLOYMENT_LENGTH } from "../attach/lifecycle-config-name.ts";
import { type StageParameters, givenParameters } from "./given-parameters.ts";
import { type Parameters, checkParameters } from "./parameters.ts";
import { policyText } from "./policy-text.ts";
import { Refused } from "./refused.ts";

/**
 * One deployment: its name, which is part of the name of all that it makes, its checked parameters and its policy's
 * text.
 */
export type Deployment = { readonly name: string; readonly parameters: Parameters; readonly policy: string };

/** What a deployment is read from: serverless.yml, the command line, and policy.yml where the command needs one. */
export type DeploymentInput = {
  readonly service: string;
  readonly stage: string;
  readonly params: StageParameters;
  readonly commandLine: readonly string[];
  readonly policyFile: string | undefined;
  readonly region: string;
};

/** Checks everything that needs no account; throws `Refused` or `InvalidPolicy`. */
export function readDeployment({
  service,
  stage,
  params,
  commandLine,
  policyFile,
  region,
}: DeploymentInput): Deployment {
  const parameters = checkParameters(givenParameters(params, stage, commandLine));
  refuseTopicOfOtherRegion(parameters.alarmTopic, region);
  const name = `${service}-${stage}`;
  if (!/^[a-z0-9](-*[a-z0-9])*$/.test(name) || name.length > MAX_DEPLOYMENT_LENGTH) {
    const most = MAX_DEPLOYMENT_LENGTH - service.length - 1;
    throw new Refused(
      `stage: expected lower-case letters, digits and hyphens between them, at most ${most}, ` +
        `got ${JSON.stringify(stage)}`,
    );
  }
  return {
    name,
    parameters,
    policy: policyFile === undefined ? "" : policyText(policyFile, parameters.mode, "policy.yml"),
  };
}

/** An alarm can only notify a topic of its own region. */
function refuseTopicOfOtherRegion(alarmTopic: string | undefined, region: string): void {
  if (alarmTopic === undefined || alarmTopic.split(":")[3] === region) return;
  throw new Refused(`alarmTopic: expected a topic in ${region}, where the deploy goes, got ${alarmTopic}`);
}

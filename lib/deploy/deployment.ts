import { MAX_DEPLOYMENT_LENGTH } from "../attach/lifecycle-configs.ts";
import { type StageParameters, givenParameters } from "./given-parameters.ts";
import { type Parameters, checkParameters } from "./parameters.ts";
import { policyText } from "./policy-text.ts";
import { Refused } from "./refused.ts";

/** One deployment of the service: its name, which its stack and all that it makes bear, its checked parameters, and its policy's text. */
export type Deployment = { readonly name: string; readonly parameters: Parameters; readonly policy: string };

/** What a deployment is read from: serverless.yml, the command line, and policy.yml where the command needs it. */
export type DeploymentInput = {
  readonly service: string;
  readonly stage: string;
  readonly params: StageParameters;
  readonly commandLine: readonly string[];
  readonly policyFile: string | undefined;
  readonly region: string;
};

/** Checks all that can be checked without an account; throws `Refused` or `InvalidPolicy`. */
export function readDeployment({
  service,
  stage,
  params,
  commandLine,
  policyFile,
  region,
}: DeploymentInput): Deployment {
  const parameters = checkParameters(givenParameters(params, stage, commandLine));
  refuseTopicElsewhere(parameters.alarmTopic, region);
  const name = `${service}-${stage}`;
  if (!/^[a-z0-9](-*[a-z0-9])*$/.test(name) || name.length > MAX_DEPLOYMENT_LENGTH) {
    throw new Refused(
      `stage: expected lower-case letters, digits and hyphens between them, at most ${MAX_DEPLOYMENT_LENGTH - service.length - 1}, got ${JSON.stringify(stage)}`,
    );
  }
  return {
    name,
    parameters,
    policy: policyFile === undefined ? "" : policyText(policyFile, parameters.mode, "policy.yml"),
  };
}

/** An alarm can tell topics of its own region only. */
function refuseTopicElsewhere(alarmTopic: string | undefined, region: string): void {
  if (alarmTopic === undefined || alarmTopic.split(":")[3] === region) return;
  throw new Refused(`alarmTopic: expected a topic in ${region}, where the deploy goes, got ${alarmTopic}`);
}

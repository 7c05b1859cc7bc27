import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Pace } from "./pace.ts";

/** A sweep waits rather than fails where the account is busy, and never on a connection that answers nothing. */
export const PATIENCE = {
  maxAttempts: 6,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

export type Clients = { readonly sageMaker: SageMakerClient; readonly ssm: SSMClient };

/** Before each attempt of a call, its retries included. */
const EACH_ATTEMPT = { step: "finalizeRequest", name: "pace", priority: "low" } as const;

/** The SDK's clients, paced; region, credentials and `AWS_ENDPOINT_URL` come from the environment. */
export function createClients(pace: Pace): Clients {
  const wait = ({ commandName = "" }) => pace.wait(commandName.replace(/Command$/, ""));
  const sageMaker = new SageMakerClient(PATIENCE);
  sageMaker.middlewareStack.add((next, context) => async (call) => wait(context).then(() => next(call)), EACH_ATTEMPT);
  const ssm = new SSMClient(PATIENCE);
  ssm.middlewareStack.add((next, context) => async (call) => wait(context).then(() => next(call)), EACH_ATTEMPT);
  return { sageMaker, ssm };
}

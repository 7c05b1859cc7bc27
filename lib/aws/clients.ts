import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { RateLimiter } from "./rate-limiter.ts";

/** Six attempts, since a busy account throttles calls; and a limit to each, since a connection may never answer. */
export const RETRIES_AND_TIMEOUTS = {
  maxAttempts: 6,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

export type Clients = {
  readonly sageMaker: SageMakerClient;
  /** Sends each call once: for those that may only be repeated after another look. */
  readonly sageMakerOnce: SageMakerClient;
  readonly ssm: SSMClient;
  readonly tagging: ResourceGroupsTaggingAPIClient;
  readonly eventBridge: EventBridgeClient;
};

/** This step runs before each attempt of a call, so that retries are limited, too. */
const EACH_ATTEMPT = { step: "finalizeRequest", name: "rateLimit", priority: "low" } as const;

/** The SDK's clients, rate-limited; region, credentials and `AWS_ENDPOINT_URL` come from the environment. */
export function createClients(limiter: RateLimiter): Clients {
  const wait = ({ commandName = "" }) => limiter.wait(commandName.replace(/Command$/, ""));
  const sageMaker = new SageMakerClient(RETRIES_AND_TIMEOUTS);
  const sageMakerOnce = new SageMakerClient({ ...RETRIES_AND_TIMEOUTS, maxAttempts: 1 });
  for (const client of [sageMaker, sageMakerOnce])
    client.middlewareStack.add((next, context) => async (call) => wait(context).then(() => next(call)), EACH_ATTEMPT);
  const ssm = new SSMClient(RETRIES_AND_TIMEOUTS);
  ssm.middlewareStack.add((next, context) => async (call) => wait(context).then(() => next(call)), EACH_ATTEMPT);
  return {
    sageMaker,
    sageMakerOnce,
    ssm,
    tagging: new ResourceGroupsTaggingAPIClient(RETRIES_AND_TIMEOUTS),
    eventBridge: new EventBridgeClient(RETRIES_AND_TIMEOUTS),
  };
}

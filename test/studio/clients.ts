import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SSMClient } from "@aws-sdk/client-ssm";

const credentials = { accessKeyId: "embedded", secretAccessKey: "embedded" };

/** The real SDK's clients for an endpoint; without retries, so that tests see each answer. */
export function clientsOf({ endpoint, region }: { endpoint: string; region: string }): {
  sagemaker: SageMakerClient;
  ssm: SSMClient;
} {
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  return { sagemaker: new SageMakerClient(config), ssm: new SSMClient(config) };
}

/** The environment in which any other AWS client talks to an endpoint and to nothing else. */
export function clientEnvironment({ endpoint, region }: { endpoint: string; region: string }): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: "/nonexistent",
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "1",
  };
}

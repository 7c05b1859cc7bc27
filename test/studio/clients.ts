import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SSMClient } from "@aws-sdk/client-ssm";

const credentials = { accessKeyId: "embedded", secretAccessKey: "embedded" };

type Endpoint = { readonly endpoint: string; readonly region: string };

/** The real SDK's clients for an endpoint; without retries unless it says otherwise, so that tests see each answer. */
export function clientsOf(
  { endpoint, region }: Endpoint,
  { maxAttempts = 1 }: { maxAttempts?: number } = {},
): { sagemaker: SageMakerClient; ssm: SSMClient } {
  const config = { endpoint, region, credentials, maxAttempts };
  return { sagemaker: new SageMakerClient(config), ssm: new SSMClient(config) };
}

/** The environment in which any other AWS client talks to an endpoint and to nothing else. */
export function clientEnvironment({ endpoint, region }: Endpoint): Record<string, string> {
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

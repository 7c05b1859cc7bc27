import { UsageError } from "../command-line.ts";

const ANY = { AWS_ACCESS_KEY_ID: "embedded", AWS_SECRET_ACCESS_KEY: "embedded", AWS_REGION: "us-east-1" };

/**
 * Fills in the region and the credentials that the SDK insists on, where the endpoint is on this machine and so asks
 * for none. Throws a `UsageError` without an endpoint: these commands are for the embedded Studio, never for an
 * account.
 */
export function settleForEndpoint(env: NodeJS.ProcessEnv): void {
  const endpoint = env["AWS_ENDPOINT_URL"] ?? "";
  if (!URL.canParse(endpoint)) {
    throw new UsageError(
      `AWS_ENDPOINT_URL takes the endpoint that \`npm run studio\` prints, not ${JSON.stringify(endpoint)}.`,
    );
  }
  if (!["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname)) return;
  for (const [name, value] of Object.entries(ANY)) env[name] ??= value;
}

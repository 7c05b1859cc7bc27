const ANY = { AWS_ACCESS_KEY_ID: "embedded", AWS_SECRET_ACCESS_KEY: "embedded", AWS_REGION: "us-east-1" };

/** Fills in the region and the credentials that the SDK insists on, where the endpoint is on this machine. */
export function settleForLocalEndpoint(env: NodeJS.ProcessEnv): void {
  const endpoint = env["AWS_ENDPOINT_URL"] ?? "";
  if (!URL.canParse(endpoint)) return;
  if (!["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname)) return;
  for (const [name, value] of Object.entries(ANY)) env[name] ??= value;
}

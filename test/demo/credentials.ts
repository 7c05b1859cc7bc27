import { UsageError } from "../../lib/admin/command-line.ts";
import { settleForLocalEndpoint } from "../../lib/admin/local-endpoint.ts";

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
  settleForLocalEndpoint(env);
}

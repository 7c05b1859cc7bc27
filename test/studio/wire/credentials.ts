/** Where an app's AWS clients get their credentials, as from the agent that a container has beside it. */
export const CREDENTIALS_PATH = "/container-credentials";

const ONE_HOUR_MS = 3_600_000;

/** Credentials as a container gets them: for an hour, then its clients ask again. */
export function containerCredentials(now: number): Record<string, string> {
  return {
    AccessKeyId: "embedded",
    SecretAccessKey: "embedded",
    Token: "embedded",
    Expiration: new Date(now + ONE_HOUR_MS).toISOString(),
  };
}

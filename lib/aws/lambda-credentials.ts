import { env } from "node:process";

/**
 * Takes the place of `@aws-sdk/credential-provider-node` in the bundles: Lambda puts a function's credentials into its
 * environment, and the SDK's other ways to find some (profiles, SSO, web identities …) would be a fifth of the bundle.
 */
export const defaultProvider = () => () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey)
    return Promise.reject(new Error("expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"));
  return Promise.resolve({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
};

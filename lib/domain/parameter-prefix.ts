import * as v from "valibot";

/**
 * Below this length, the names of all parameters fit into the 1 011 characters of their ARNs, the permissions with
 * these names into IAM's 6 144 characters of a managed policy and 10 240 of a role's own, and the lifecycle script into
 * a page.
 */
export const MAX_PREFIX_LENGTH = 80;

/** The name of every parameter begins with it. It has no slash at its end. */
export const ParameterPrefix = v.pipe(
  v.string(),
  v.regex(
    /^(\/[\w.-]+){1,5}$/,
    "expected one to five parts of letters, digits, _ . or -, each after a slash, like /studio-reaper",
  ),
  v.regex(/^\/(?!aws|ssm)/i, "must not begin with aws or ssm, which the service keeps for itself"),
  v.maxLength(MAX_PREFIX_LENGTH, `must have at most ${MAX_PREFIX_LENGTH} characters`),
);

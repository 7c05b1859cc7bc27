import * as v from "valibot";

/** What every parameter's name begins with, without a slash at its end. SSM keeps names that begin with aws or ssm for itself. */
export const ParameterPrefix = v.pipe(
  v.string(),
  v.regex(
    /^(\/[\w.-]+){1,5}$/,
    "expected one to five parts of letters, digits, _ . or -, each after a slash, like /studio-reaper",
  ),
  v.regex(/^\/(?!aws|ssm)/i, "must not begin with aws or ssm, which the service keeps for itself"),
);

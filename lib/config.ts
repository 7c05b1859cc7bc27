import * as v from "valibot";

const Config = v.object({
  PARAMETER_PREFIX: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(\/[\w.-]+){1,5}$/, "expected one to five parts of letters, digits, _ . or -, each after a slash, like /studio-reaper"),
    ),
    "/studio-reaper",
  ),
});

/** What the deploy tells a function through its environment. */
export type Config = {
  /** What every parameter's name begins with, without a slash at its end. */
  readonly prefix: string;
};

/** Reads the function's environment; throws, naming the variable and what it accepts. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = v.safeParse(Config, { PARAMETER_PREFIX: env["PARAMETER_PREFIX"] });
  if (parsed.success) return { prefix: parsed.output.PARAMETER_PREFIX };
  const [issue] = parsed.issues;
  throw new Error(`${v.getDotPath(issue) ?? "environment"}: ${issue.message}, got ${issue.received}`);
}

import * as v from "valibot";
import { ParameterPrefix } from "../domain/parameter-prefix.ts";

const Service = v.pipe(v.string(), v.nonEmpty("expected a name for the metrics' dimension `service`"));

const Config = v.object({
  PARAMETER_PREFIX: v.optional(ParameterPrefix, "/studio-reaper"),
  POWERTOOLS_SERVICE_NAME: v.optional(Service, "studio-reaper"),
});

/** What the deploy tells a function through its environment. */
export type Config = {
  /** What every parameter's name begins with, without a slash at its end. */
  readonly prefix: string;
  /** The metrics' dimension `service`, so that two deployments in one account do not add up. */
  readonly service: string;
};

/** Reads the function's environment; throws, naming the variable and what it accepts. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = v.safeParse(Config, env);
  if (parsed.success) return { prefix: parsed.output.PARAMETER_PREFIX, service: parsed.output.POWERTOOLS_SERVICE_NAME };
  const [issue] = parsed.issues;
  throw new Error(`${v.getDotPath(issue) ?? "environment"}: ${issue.message}, got ${issue.received}`);
}

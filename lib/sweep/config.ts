import * as v from "valibot";
import { ParameterPrefix } from "../domain/parameter-prefix.ts";

const Service = v.pipe(v.string(), v.nonEmpty("expected a name for the metrics' dimension `service`"));

const YesOrNo = v.pipe(
  v.picklist(["true", "false"], "expected true or false"),
  v.transform((word) => word === "true"),
);

const Environment = v.object({
  PARAMETER_PREFIX: v.optional(ParameterPrefix, "/studio-reaper"),
  POWERTOOLS_SERVICE_NAME: v.optional(Service, "studio-reaper"),
  EVENTS: v.optional(YesOrNo, "false"),
});

/** What the deploy sets in the function's environment. */
export type SweepConfig = {
  /** The name of every parameter begins with it. It has no slash at its end. */
  readonly prefix: string;
  /** The metrics' dimension `service`, so that the metrics of two deployments in one account are told apart. */
  readonly service: string;
  /** Whether sweeps publish events on the account's event bus. */
  readonly events: boolean;
};

/** Parses the function's environment; throws, naming the variable, its value and what it accepts. */
export function readSweepConfig(env: Readonly<Record<string, string | undefined>>): SweepConfig {
  const parsed = v.safeParse(Environment, env);
  if (parsed.success) {
    const { PARAMETER_PREFIX, POWERTOOLS_SERVICE_NAME, EVENTS } = parsed.output;
    return { prefix: PARAMETER_PREFIX, service: POWERTOOLS_SERVICE_NAME, events: EVENTS };
  }
  const [issue] = parsed.issues;
  throw new Error(`${v.getDotPath(issue) ?? "environment"}: ${issue.message}, got ${JSON.stringify(issue.input)}`);
}

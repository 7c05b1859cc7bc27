import { Refused } from "./refused.ts";

/** serverless.yml's `params`: for every stage under `default`, and for single stages. */
export type StageParameters = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** The parameters of one stage: `--param` comes before the stage's own `params`, and these before the default ones. */
export function givenParameters(
  params: StageParameters,
  stage: string,
  commandLine: readonly string[],
): Record<string, unknown> {
  return { ...params["default"], ...params[stage], ...Object.fromEntries(commandLine.map(nameAndValue)) };
}

function nameAndValue(given: string): [string, string] {
  const at = given.indexOf("=");
  if (at < 1) throw new Refused(`--param: expected name=value, got ${JSON.stringify(given)}`);
  return [given.slice(0, at), given.slice(at + 1)];
}

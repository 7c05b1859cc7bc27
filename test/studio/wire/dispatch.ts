import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "../calls.ts";
import type { Effect, Faults } from "../faults.ts";
import { AwsError } from "./errors.ts";
import { type Model, listMember } from "./model.ts";
import type { Json, Service } from "./operation.ts";
import { tokenAfter } from "./pages.ts";
import { validate } from "./validate.ts";

/** A service with its model loaded. */
export type LoadedService = { service: Service; model: Model };
/** What a call goes through on its way: the recorder, the faults, the clock. */
export type Path = { record: (call: Call) => void; faults: Faults; now: () => number };

/** The connection is cut without an answer. */
export class HangUp extends Error {}

/** Answers one call, faults included; throws an `AwsError` for what the service refuses. */
export async function dispatch(
  { service, model }: LoadedService,
  operation: string,
  input: Json,
  path: Path,
): Promise<Json> {
  const call: Call = { service: service.name, operation, input, at: path.now() };
  path.record(call);
  try {
    return await answer({ service, model }, operation, input, path.faults);
  } catch (error) {
    if (error instanceof AwsError) call.error = error.code;
    throw error;
  }
}

async function answer(
  { service, model }: LoadedService,
  operation: string,
  input: Json,
  faults: Faults,
): Promise<Json> {
  const handle = service.operations[operation];
  if (handle === undefined)
    throw new AwsError("UnknownOperationException", `The embedded Studio has no ${service.targetPrefix}.${operation}.`);
  if (faults.isThrottled(operation)) throw new AwsError("ThrottlingException", "Rate exceeded");
  await faults.runHooks(operation, input);
  let effective = input;
  for (const effect of faults.effectsOn(operation, input)) {
    if ("emptyPage" in effect) return emptyPage(model, operation, input);
    effective = await suffer(effect, effective);
  }
  validate(model, operation, effective);
  return handle(effective);
}

async function suffer(effect: Exclude<Effect, { emptyPage: true }>, input: Json): Promise<Json> {
  if ("error" in effect)
    throw new AwsError(effect.error.code, effect.error.message ?? effect.error.code, effect.error.status);
  if ("hangUp" in effect) throw new HangUp();
  if ("pageOf" in effect) return { ...input, MaxResults: effect.pageOf };
  await sleep(effect.delayMs);
  return input;
}

function emptyPage(model: Model, operation: string, input: Json): Json {
  const list = listMember(model, operation);
  if (list === undefined) throw new Error(`${operation} answers no pages.`);
  return { [list]: [], NextToken: input["NextToken"] ?? tokenAfter() };
}

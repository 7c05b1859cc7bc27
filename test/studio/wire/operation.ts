import * as v from "valibot";

/** A JSON object as it goes over the wire; members that are undefined are not sent. */
export type Json = Record<string, unknown>;

/** One operation of a service: an input that the service's model accepted, to an output. */
export type Operation = (input: unknown) => Json | Promise<Json>;

/** A service on the wire: its X-Amz-Target prefix, its botocore model, the operations it embeds. */
export type Service = {
  name: "sagemaker" | "ssm" | "resourcegroupstaggingapi" | "events";
  targetPrefix: string;
  modelVersion: string;
  operations: Readonly<Record<string, Operation>>;
};

/** Types an operation's input: the model has judged it before, so a mismatch here is a bug of the Studio. */
export function operation<S extends v.GenericSchema>(
  schema: S,
  handle: (input: v.InferOutput<S>) => Json | Promise<Json>,
): Operation {
  return (input) => handle(v.parse(schema, input));
}

/** Milliseconds as awsJson1.1 writes a timestamp: seconds with a fraction. */
export const timestamp = (ms: number): number => ms / 1000;

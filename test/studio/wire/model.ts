import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import * as v from "valibot";
import type { Service } from "./operation.ts";

const Ref = v.object({ shape: v.string() });
const Shape = v.object({
  type: v.string(),
  required: v.optional(v.array(v.string()), []),
  members: v.optional(v.record(v.string(), Ref), {}),
  member: v.exactOptional(Ref),
  key: v.exactOptional(Ref),
  value: v.exactOptional(Ref),
  min: v.exactOptional(v.number()),
  max: v.exactOptional(v.number()),
  pattern: v.exactOptional(v.string()),
  enum: v.exactOptional(v.array(v.string())),
});
const Model = v.object({
  operations: v.record(v.string(), v.object({ input: v.exactOptional(Ref), output: v.exactOptional(Ref) })),
  shapes: v.record(v.string(), Shape),
});

/** A shape of AWS's own API model. */
export type Shape = v.InferOutput<typeof Shape>;
/** A service's API as AWS publishes it with botocore. */
export type Model = v.InferOutput<typeof Model>;

/** Reads a service's model out of the botocore that is installed beside this Python. */
export async function loadModel(python: string, service: Pick<Service, "name" | "modelVersion">): Promise<Model> {
  const lib = resolve(python, "../../lib");
  const version = (await readdir(lib)).find((entry) => /^python3\.\d+$/.test(entry));
  const file = join(
    lib,
    version ?? "",
    "site-packages/botocore/data",
    service.name,
    service.modelVersion,
    "service-2.json.gz",
  );
  const text = await promisify(gunzip)(await readFile(file));
  const json: unknown = JSON.parse(text.toString());
  return v.parse(Model, json);
}

/** The name of the output's list, where the operation answers pages. */
export function listMember(model: Model, operation: string): string | undefined {
  const output = shapeOf(model, model.operations[operation]?.output?.shape);
  const members = Object.entries(output?.members ?? {});
  if (!members.some(([name]) => name === "NextToken")) return undefined;
  return members.find(([, ref]) => shapeOf(model, ref.shape)?.type === "list")?.[0];
}

/** A shape by name; undefined where the model has none. */
export function shapeOf(model: Model, name: string | undefined): Shape | undefined {
  return name === undefined ? undefined : model.shapes[name];
}

import { AwsError, validationError } from "./errors.ts";
import { type Model, type Shape, shapeOf } from "./model.ts";
import { constraintsOn } from "./constraints.ts";

type Finding = { value: unknown; at: string; constraint: string };

/** Holds an input against the service's own model; throws what AWS throws: all findings in one ValidationException. */
export function validate(model: Model, operation: string, input: unknown): void {
  const name = model.operations[operation]?.input?.shape;
  const findings = name === undefined ? [] : [...check(model, name, input, "")];
  if (findings.length === 0) return;
  const noun = findings.length === 1 ? "1 validation error" : `${findings.length} validation errors`;
  throw validationError(`${noun} detected: ${findings.map(sentence).join("; ")}`);
}

function* check(model: Model, shapeName: string, value: unknown, at: string): Generator<Finding> {
  const shape = shapeOf(model, shapeName);
  if (shape === undefined) return;
  if (!isOfType(shape.type, value))
    throw new AwsError("SerializationException", `${at || "The input"} is not of type ${shape.type}.`);
  for (const constraint of constraintsOn(shape, value)) yield { value, at, constraint };
  yield* checkInside(model, shape, value, at);
}

function* checkInside(model: Model, shape: Shape, value: unknown, at: string): Generator<Finding> {
  if (shape.type === "structure" && isObject(value)) yield* checkMembers(model, shape, value, at);
  if (shape.type === "list" && Array.isArray(value) && shape.member) {
    for (const [index, item] of value.entries())
      yield* check(model, shape.member.shape, item, `${at}.${index + 1}.member`);
  }
  if (shape.type === "map" && isObject(value) && shape.value) {
    for (const [key, item] of Object.entries(value))
      yield* check(model, shape.value.shape, item, `${at}.${key}.member`);
  }
}

function* checkMembers(model: Model, shape: Shape, value: Record<string, unknown>, at: string): Generator<Finding> {
  for (const [name, ref] of Object.entries(shape.members)) {
    const path = at === "" ? lowerFirst(name) : `${at}.${lowerFirst(name)}`;
    const member = value[name] ?? undefined;
    if (member !== undefined) yield* check(model, ref.shape, member, path);
    else if (shape.required.includes(name)) yield { value: null, at: path, constraint: "Member must not be null" };
  }
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "structure" || type === "map") return isObject(value);
  if (type === "list") return Array.isArray(value);
  if (type === "boolean") return typeof value === "boolean";
  if (["integer", "long", "float", "double", "timestamp"].includes(type)) return typeof value === "number";
  return typeof value === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

function sentence({ value, at, constraint }: Finding): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `Value ${value === null ? "null" : `'${text}'`} at '${at}' failed to satisfy constraint: ${constraint}`;
}

import type { Shape } from "./model.ts";

const patterns = new Map<string, RegExp>();

/** The constraints of its shape that a value breaks, in AWS's words. */
export function* constraintsOn(shape: Shape, value: unknown): Generator<string> {
  yield* bounds(shape, value);
  if (typeof value !== "string") return;
  if (shape.pattern !== undefined && !patternOf(shape.pattern).test(value)) {
    yield `Member must satisfy regular expression pattern: ${shape.pattern}`;
  }
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    yield `Member must satisfy enum value set: [${shape.enum.join(", ")}]`;
  }
}

function* bounds({ min, max }: Shape, value: unknown): Generator<string> {
  const what = typeof value === "number" ? "value" : "length";
  const size = sizeOf(value);
  if (size === undefined) return;
  if (min !== undefined && size < min) yield `Member must have ${what} greater than or equal to ${min}`;
  if (max !== undefined && size > max) yield `Member must have ${what} less than or equal to ${max}`;
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" || Array.isArray(value) ? value.length : undefined;
}

// The models are written for Java, where a pattern has to match the whole value.
function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? compile(`^(?:${pattern})$`);
  patterns.set(pattern, known);
  return known;
}

// Some patterns need the Unicode flag (\p{L}), others are not legal under it (\-).
function compile(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    return new RegExp(source);
  }
}

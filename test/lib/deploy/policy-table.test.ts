import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import * as v from "valibot";
import { policySchema } from "../../../lib/deploy/policy-schema.ts";
import { parsePolicy } from "../../../lib/policy/document.ts";

const SETTINGS = "defaults.…";

type Node = { properties?: Record<string, Node>; items?: Node; required?: string[]; default?: unknown };
const Node: v.GenericSchema<Node> = v.looseObject({
  properties: v.exactOptional(v.lazy(() => v.record(v.string(), Node))),
  items: v.exactOptional(v.lazy(() => Node)),
  required: v.exactOptional(v.array(v.string())),
  default: v.exactOptional(v.unknown()),
});
const schema = v.parse(Node, JSON.parse(policySchema()));
const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
const defaults = parsePolicy("{version: 1, mode: live}", "the shortest policy");

/** Every field of the schema by its path; settings that defaults and rules have in common are there once. */
function fieldsOf(node: Node, path: string, found = new Map<string, Node>()): ReadonlyMap<string, Node> {
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    const inner = { ...field, ...field.items };
    const here = `${path}${name}${field.items?.properties ? "[]" : ""}`;
    if (inner.properties) fieldsOf(inner, `${here}.`, found);
    else found.set(asInTable(here), node.required?.includes(name) ? { ...field, required: [name] } : field);
  }
  return found;
}

function asInTable(path: string): string {
  const setting = path.replace(/^(defaults|rules\[\]\.set)\./, "");
  return setting !== path && setting !== "mode" ? SETTINGS + setting : path;
}

/** The rows of the README's table, by path; a row after a heading like `budget.…` begins with a dash. */
function rowsOf(text: string): ReadonlyMap<string, { readonly byDefault: string; readonly says: string }> {
  const table = /^\| field \| default \| \|\n.*\n((?:\|.*\n)+)/m.exec(text)?.[1] ?? "";
  let heading = "";
  const rows = table
    .trimEnd()
    .split("\n")
    .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  return new Map(
    rows.flatMap(([, first = "", byDefault = "", says = ""]) => {
      const names = [...first.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
      if (names[0]?.endsWith("…")) {
        heading = names[0] === SETTINGS ? SETTINGS : names[0].replace("…", "");
        return [];
      }
      return names.map((name) => [(first.startsWith("–") ? heading : "") + name, { byDefault, says }] as const);
    }),
  );
}

/** The value that holds where a policy says nothing. */
function valueAt(path: string): unknown {
  const steps = path.replace(SETTINGS, "defaults.").split(".");
  return steps.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    defaults,
  );
}

const COUNTS = new Map([
  ["all three", 3],
  ["all six", 6],
]);

/** Whether the table's words for a default are those for this value. */
function isSaidAs(words: string, value: unknown): boolean {
  const text = words.replaceAll("`", "");
  if (value === undefined) return ["none", "never", ""].includes(text);
  if (typeof value === "number") return [String(value), `${value / 3600} h`].includes(text);
  if (!Array.isArray(value)) return text === JSON.stringify(value);
  const named = [...words.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  return COUNTS.has(text) ? COUNTS.get(text) === value.length : named.every((name) => value.includes(name));
}

describe("the table of the policy's fields in the README", () => {
  const [fields, rows] = [fieldsOf(schema, ""), rowsOf(readme)];

  it("has a row for each field of policy.schema.json, and no other", () => {
    assert.deepEqual([...rows.keys()].toSorted(), [...fields.keys()].toSorted());
    assert.ok(rows.size >= 30);
  });

  it("says what each is by default, as the code does", () => {
    for (const [path, { byDefault }] of rows) {
      const field = fields.get(path);
      if (byDefault === "required") assert.ok(field?.required, path);
      else if (!path.startsWith("rules[]")) assert.ok(isSaidAs(byDefault, valueAt(path)), `${path}: ${byDefault}`);
      if (field?.default !== undefined) assert.deepEqual(field.default, valueAt(path), path);
    }
  });

  it("says something of each", () => {
    for (const [path, { says }] of rows) assert.ok(says !== "" || path.startsWith("rules[].match."), path);
  });

  it("is followed by what each field of working hours says", () => {
    const section = readme.slice(readme.indexOf("### Working hours"), readme.indexOf("### The policy parameter"));
    const hours = JSON.stringify(v.parse(v.unknown(), JSON.parse(policySchema())));
    for (const name of ["timeZone", "days", "from", "to", "idleTimeInSeconds"]) {
      assert.ok(section.includes(name), name);
      assert.ok(hours.includes(`"${name}"`), name);
    }
  });

  it("has the names that rules may set beside those of defaults: the mode alone", () => {
    const names = (node: Node | undefined) => Object.keys(node?.properties ?? {});
    const inRules = names(schema.properties?.["rules"]?.items?.properties?.["set"]);
    const inDefaults = names(schema.properties?.["defaults"]);
    assert.deepEqual(
      inRules.filter((name) => !inDefaults.includes(name)),
      ["mode"],
    );
    assert.deepEqual(
      inDefaults.filter((name) => !inRules.includes(name)),
      [],
    );
  });
});

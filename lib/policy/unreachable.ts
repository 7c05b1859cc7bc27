import type { Policy, PolicyRule } from "./document.ts";
import { coversGlob } from "./globs.ts";
import { isOver, nameOf } from "./resolve.ts";
import { COVERED_TYPES } from "./watched.ts";

type Match = PolicyRule["match"];
type Patterns = { readonly patterns?: readonly string[] };

/** Every app that may be stopped has these, so that a glob for any name matches all. */
const ALWAYS_THERE = ["domain", "space", "appType"] as const;
const FIELDS = [...ALWAYS_THERE, "user", "instanceType"] as const;
type Field = (typeof FIELDS)[number];

/** The rule before that at a place, if any, which matches whatever this one does, so that this one never holds. */
export function coveringRule({ rules }: Policy, index: number, now: Date): string | undefined {
  const rule = rules[index];
  if (rule === undefined) return undefined;
  const before = rules.slice(0, index);
  const found = before.findIndex(
    (other) => !isOver(other, now) && outlasts(other, rule) && covers(other.match, rule.match),
  );
  const covering = rules[found];
  return covering && nameOf(covering, found);
}

function outlasts({ until }: PolicyRule, other: PolicyRule): boolean {
  return until === undefined || (other.until !== undefined && other.until <= until);
}

/** Whether one match fits every app that the other does; `false` also where that cannot be told. */
function covers(match: Match, other: Match): boolean {
  const tags = Object.entries(match.tag ?? {});
  return (
    FIELDS.every((field) => coversField(field, match[field], other[field])) &&
    tags.every(([key, globs]) => other.tag?.[key] !== undefined && coversAll(globs, other.tag[key]))
  );
}

function coversField(field: Field, one: Patterns | undefined, other: Patterns | undefined): boolean {
  if (one === undefined) return true;
  if (other !== undefined) return coversAll(one, other);
  if (field === "appType") return coversAll(one, { patterns: COVERED_TYPES });
  return ALWAYS_THERE.some((always) => always === field) && coversAll(one, { patterns: ["*"] });
}

function coversAll({ patterns = [] }: Patterns, other: Patterns): boolean {
  return other.patterns?.every((pattern) => patterns.some((one) => coversGlob(one, pattern))) ?? false;
}

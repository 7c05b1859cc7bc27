import assert from "node:assert/strict";
import { InvalidPolicy, parsePolicy, type Policy } from "../../../lib/policy/document.ts";

/** A policy with one more field, e.g. `defaults: {maxAge: 3d}`. */
export const policyWith = (field: string): Policy => parsePolicy(`version: 1\nmode: live\n${field}`, "policy.yml");

/** What is wrong in it, each with its field, or else `accepted`. */
export function refusalOf(field: string): string {
  try {
    policyWith(field);
  } catch (error) {
    assert.ok(error instanceof InvalidPolicy);
    assert.match(error.message, /^policy\.yml is not a valid policy\n {2}/);
    return error.message.split("\n  ").slice(1).join("; ");
  }
  return "accepted";
}

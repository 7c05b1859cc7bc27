import { WAYS, type Way } from "../domain/notice.ts";
import type { Policy } from "./document.ts";

/** The ways by which anybody may be told anything. */
export function waysInForce({ defaults, rules }: Policy): readonly Way[] {
  const allowed = new Set([defaults, ...rules.map(({ set }) => set)].flatMap(({ notifyIn = [] }) => notifyIn));
  return WAYS.filter((way) => allowed.has(way));
}

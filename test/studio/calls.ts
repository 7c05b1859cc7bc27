import type { Json } from "./wire/operation.ts";

/** One call that reached the endpoint: when, of what, with what input, and the error code if it was refused. */
export type Call = { service: string; operation: string; input: Json; at: number; error?: string };

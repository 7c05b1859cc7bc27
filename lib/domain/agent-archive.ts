// A hash is a function of its argument, as everything in this folder is.
// eslint-disable-next-line no-restricted-imports
import { createHash } from "node:crypto";

/** What a standard parameter holds. */
export const PIECE_CHARACTERS = 4096;

/** What two calls of `GetParametersByPath` bring, ten each. */
export const MAX_PIECES = 20;

/** One part of the archive in base64, and the last part of its parameter's name: `00`, `01` … */
export type AgentPiece = { readonly name: string; readonly value: string };

/** The agent's packed archive as Parameter Store keeps it; `sha256` is that of the packed bytes, in 64 hex digits. */
export type AgentArchive = { readonly sha256: string; readonly pieces: readonly AgentPiece[] };

/** Cuts the packed archive into pieces; throws where it needs more than `MAX_PIECES`. */
export function agentPieces(packed: Uint8Array): AgentArchive {
  const text = Buffer.from(packed).toString("base64");
  const values = text.match(new RegExp(`.{1,${PIECE_CHARACTERS}}`, "g")) ?? [];
  if (values.length > MAX_PIECES) {
    const most = (MAX_PIECES * PIECE_CHARACTERS * 3) / 4;
    throw new Error(`The packed agent has ${packed.length} bytes, and ${MAX_PIECES} parameters hold ${most}.`);
  }
  return {
    sha256: createHash("sha256").update(packed).digest("hex"),
    pieces: values.map((value, i) => ({ name: String(i).padStart(2, "0"), value })),
  };
}

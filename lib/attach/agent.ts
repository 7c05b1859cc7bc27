import { agentPieces, type AgentPiece } from "../domain/agent-archive.ts";

/**
 * The agent that a deploy brings: the script of its lifecycle configurations, and its archive in pieces for Parameter
 * Store.
 */
export type Agent = {
  readonly script: string;
  /** Names the agent below `<prefix>/agent/`: see {@link agentId}. */
  readonly id: string;
  readonly pieces: readonly AgentPiece[];
};

/** The first 16 hex digits of an archive's SHA-256: its folder's name in Parameter Store. The script checks all 64. */
export const agentId = (sha256: string): string => sha256.slice(0, 16);

/** The ids of the agents that a script fetches, by the SHA-256 of each in its text. */
export const agentIdsIn = (script: string): readonly string[] => sha256sIn(script).map(agentId);

/** Pairs a script with the archive that it fetches; throws, naming both hashes, where the script is for another. */
export function readAgent(script: string, archive: Uint8Array): Agent {
  const { sha256, pieces } = agentPieces(archive);
  const expected = sha256sIn(script);
  if (!expected.includes(sha256))
    throw new Error(
      `the lifecycle script fetches the agent with the SHA-256 ${expected.join(" or ") || "(none is in it)"}, ` +
        `but the archive beside it has ${sha256}: deploy again, which builds the two together`,
    );
  return { script, id: agentId(sha256), pieces };
}

const sha256sIn = (script: string): readonly string[] => script.match(/\b[0-9a-f]{64}\b/g) ?? [];

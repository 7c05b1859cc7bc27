import { readAgent, type Agent } from "../../../lib/attach/agent.ts";
import { agentPieces } from "../../../lib/domain/agent-archive.ts";

/** What a build makes: a script, and the archive that it fetches. */
export function build(source: string): { readonly script: string; readonly archive: Uint8Array } {
  const archive = Buffer.from(source);
  return { script: `exit 0 # ${agentPieces(archive).sha256}`, archive };
}

/** An agent whose archive is a text. */
export function agentOf(source: string): Agent {
  const { script, archive } = build(source);
  return readAgent(script, archive);
}

/** The agent of a run that is given no other. */
export const AGENT = agentOf("the agent");

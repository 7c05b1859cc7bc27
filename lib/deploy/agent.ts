import type { SSMClient } from "@aws-sdk/client-ssm";
import { readAgent } from "../attach/agent.ts";
import { ensureAgentPieces } from "../attach/agent-pieces.ts";
import { Journal } from "../attach/journal.ts";
import { createAgentPieces } from "../aws/agent-pieces.ts";
import { invocationTime } from "../aws/attach-ports.ts";

/**
 * What `attach` is packaged with, and an admin may attach by hand: the lifecycle script, and the archive that it
 * fetches.
 */
export type AgentBuild = { readonly script: string; readonly archive: Uint8Array };

/** Builds both, the script for the parameters below a prefix. */
export async function buildAgentFor(prefix: string): Promise<AgentBuild> {
  // Not imported at the top: the framework requires its plugins, and cannot require a module with a top-level await.
  const { buildAgent, buildOnStart } = await import("../../lcc/build.ts");
  const { bytes: archive, sha256 } = await buildAgent();
  return { script: await buildOnStart({ prefix, sha256 }), archive };
}

/** Writes the agent's pieces with the deployer's own permissions, for scripts that an admin attaches by hand. */
export async function writeAgentPieces(ssm: SSMClient, prefix: string, build: AgentBuild): Promise<void> {
  const ports = { agentPieces: createAgentPieces(ssm, prefix), time: invocationTime(() => Infinity) };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await ensureAgentPieces({ ports, journal: new Journal(silent) }, readAgent(build.script, build.archive));
}

import type { Agent } from "./agent.ts";
import { agentIdsIn } from "./agent.ts";
import type { Journal } from "./journal.ts";
import { LONGEST_RUN_MS, ownConfigs } from "./lifecycle-configs.ts";
import type { AttachPorts, StoredAgent } from "./ports.ts";

type Dependencies = Pick<AttachPorts, "agentPieces" | "time">;

/**
 * Makes sure that an app which fetches the agent gets exactly its pieces: writes those that are missing or differ, deletes
 * any others in its folder, and reads back. Throws where the parameters do not come to that.
 */
export async function ensureAgentPieces(
  { agentPieces, time }: Dependencies,
  agent: Pick<Agent, "id" | "pieces">,
  journal: Journal,
): Promise<void> {
  for (let looks = 0; ; looks++) {
    const stored = await agentPieces.of(agent.id);
    const wrong = agent.pieces.filter(({ name, value }) => stored.get(name) !== value);
    const foreign = [...stored.keys()].filter((name) => !agent.pieces.some((piece) => piece.name === name));
    if (wrong.length === 0 && foreign.length === 0) return;
    // Reads may lag behind writes: what was just written is read again, not written again.
    if (looks === 0) await mend({ agentPieces }, agent.id, { wrong, foreign }, journal);
    else if (time.isShort() || !(await time.waited(looks)))
      throw new Error(
        `agent/${agent.id}: ${wrong.length} of ${agent.pieces.length} pieces do not read back as written, ` +
          `and ${foreign.length} other parameters are still there`,
      );
  }
}

async function mend(
  { agentPieces }: Pick<Dependencies, "agentPieces">,
  id: string,
  { wrong, foreign }: { wrong: Agent["pieces"]; foreign: readonly string[] },
  journal: Journal,
): Promise<void> {
  const on = `agent/${id}`;
  for (const piece of wrong) await agentPieces.put(id, piece);
  if (wrong.length > 0)
    journal.change({ what: "wrote the agent's pieces", on, why: `${wrong.length} were missing or different` });
  if (foreign.length === 0) return;
  await agentPieces.delete(id, foreign);
  journal.change({
    what: "deleted parameters beside the agent's pieces",
    on,
    why: `${foreign.join(", ")}: not its own`,
  });
}

/**
 * Deletes the pieces of agents other than this one that no lifecycle configuration of the account fetches any more. Those
 * written within a run's length stay: a newer run may not have made its lifecycle configurations yet.
 */
export async function deleteFormerAgents(
  { agentPieces, lifecycleConfigs, time }: Dependencies & Pick<AttachPorts, "lifecycleConfigs">,
  { id, deployment }: { id: string; deployment: string },
  journal: Journal,
): Promise<void> {
  const isOver = ({ writtenAt }: StoredAgent): boolean => time.now().getTime() - writtenAt.getTime() >= LONGEST_RUN_MS;
  const former = (await agentPieces.agents()).filter((agent) => agent.id !== id && isOver(agent));
  const fetched = await fetchedAgents(lifecycleConfigs, deployment, new Set(former.map((agent) => agent.id)));
  for (const agent of former.filter((one) => !fetched.has(one.id))) {
    await agentPieces.delete(agent.id, agent.pieces);
    journal.change({
      what: "deleted a former agent's pieces",
      on: `agent/${agent.id}`,
      why: "no lifecycle configuration fetches it",
    });
  }
}

/** Which of these agents some lifecycle configuration fetches: one of ours, or an admin's own that has our script in it. */
async function fetchedAgents(
  lifecycleConfigs: AttachPorts["lifecycleConfigs"],
  deployment: string,
  candidates: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const fetched = new Set<string>();
  if (candidates.size === 0) return fetched;
  const isOwn = ownConfigs(deployment);
  const configs = await lifecycleConfigs.list();
  // Ours first: while they account for all of the candidates, nobody else's need to be read.
  for (const { name } of configs.toSorted((a, b) => Number(isOwn(b.name)) - Number(isOwn(a.name)))) {
    if (candidates.size === fetched.size) break;
    for (const id of agentIdsIn((await lifecycleConfigs.script(name)) ?? "")) if (candidates.has(id)) fetched.add(id);
  }
  return fetched;
}

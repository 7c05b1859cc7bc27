import { agentIdsIn, type Agent } from "./agent.ts";
import type { Journal } from "./journal.ts";
import { ownConfigs } from "./lifecycle-config-name.ts";
import { LONGEST_RUN_MS } from "./lifecycle-configs.ts";
import type { AttachPorts, StoredAgent } from "./ports.ts";

type Run<Port extends keyof AttachPorts> = { readonly ports: Pick<AttachPorts, Port>; readonly journal: Journal };

/**
 * Makes sure that an app which fetches the agent gets exactly its pieces: writes those that are missing or differ,
 * deletes any others in its folder, and reads back. Throws where what is read back is not that.
 */
export async function ensureAgentPieces(
  run: Run<"agentPieces" | "time">,
  agent: Pick<Agent, "id" | "pieces">,
): Promise<void> {
  const { agentPieces, time } = run.ports;
  for (let looks = 0; ; looks++) {
    const stored = await agentPieces.of(agent.id);
    const wrong = agent.pieces.filter(({ name, value }) => stored.get(name) !== value);
    const foreign = [...stored.keys()].filter((name) => !agent.pieces.some((piece) => piece.name === name));
    if (wrong.length === 0 && foreign.length === 0) return;
    // Reads may lag behind writes, so what was just written is read again, not written again.
    if (looks === 0) await repair(run, agent.id, { wrong, foreign });
    else if (time.isRunningOut() || !(await time.waitToLookAgain(looks)))
      throw new Error(
        `agent/${agent.id}: ${wrong.length} of ${agent.pieces.length} pieces do not read back as written, ` +
          `and ${foreign.length} other parameters are still there`,
      );
  }
}

async function repair(
  { ports: { agentPieces }, journal }: Run<"agentPieces">,
  id: string,
  { wrong, foreign }: { readonly wrong: Agent["pieces"]; readonly foreign: readonly string[] },
): Promise<void> {
  const on = `agent/${id}`;
  for (const piece of wrong) await agentPieces.put(id, piece);
  if (wrong.length > 0)
    journal.change({ what: "wrote the agent's pieces", on, why: `${wrong.length} were missing or different` });
  if (foreign.length === 0) return;
  await agentPieces.delete(id, foreign);
  journal.change({ what: "deleted parameters", on, why: `${foreign.join(", ")} are not the agent's pieces` });
}

/**
 * Deletes the pieces of other agents than the current one, unless a lifecycle configuration of the account fetches
 * them. What was written within the time of a run stays: a newer run may be about to make its lifecycle configurations.
 */
export async function deleteFormerAgents(
  run: Run<"agentPieces" | "lifecycleConfigs" | "time">,
  currentId: string,
  deployment: string,
): Promise<void> {
  const { agentPieces, lifecycleConfigs, time } = run.ports;
  const isOld = ({ writtenAt }: StoredAgent): boolean => time.now().getTime() - writtenAt.getTime() >= LONGEST_RUN_MS;
  const former = (await agentPieces.agents()).filter((agent) => agent.id !== currentId && isOld(agent));
  const fetched = await fetchedAgents(lifecycleConfigs, deployment, new Set(former.map(({ id }) => id)));
  for (const { id, pieces } of former.filter((agent) => !fetched.has(agent.id))) {
    await agentPieces.delete(id, pieces);
    const why = "no lifecycle configuration fetches it";
    run.journal.change({ what: "deleted a former agent's pieces", on: `agent/${id}`, why });
  }
}

/**
 * Which of these agents some lifecycle configuration fetches: one of ours, or an admin's own that contains our script.
 */
async function fetchedAgents(
  lifecycleConfigs: AttachPorts["lifecycleConfigs"],
  deployment: string,
  candidates: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const fetched = new Set<string>();
  if (candidates.size === 0) return fetched;
  const isOwn = ownConfigs(deployment);
  const configs = await lifecycleConfigs.list();
  // Ours come first: if they fetch all of the candidates, nobody else's need to be read.
  for (const { name } of configs.toSorted((a, b) => Number(isOwn(b.name)) - Number(isOwn(a.name)))) {
    if (fetched.size === candidates.size) break;
    for (const id of agentIdsIn((await lifecycleConfigs.script(name)) ?? "")) if (candidates.has(id)) fetched.add(id);
  }
  return fetched;
}

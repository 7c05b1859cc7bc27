import { deleteFormerAgents, ensureAgentPieces } from "./agent-pieces.ts";
import type { AttachConfig } from "./config.ts";
import { attachDomains, detach } from "./domains.ts";
import type { AppType } from "./holder.ts";
import type { Journal } from "./journal.ts";
import { ensureConfigs, ownConfigs, pruneConfigs } from "./lifecycle-configs.ts";
import type { AttachPorts } from "./ports.ts";
import { reconcileRoles, takeBackAll } from "./roles.ts";

/**
 * Makes the account as the configuration wants it. Throws where our own parts could not be made or nothing is known of the account;
 * what failed for one domain, profile or role is in the journal.
 */
export async function reconcile(
  ports: AttachPorts,
  config: AttachConfig,
  journal: Journal,
): Promise<Readonly<Record<AppType, string>>> {
  const agent = await ports.agent();
  const arns = await ensureConfigs(ports, agent.script, config, journal);
  // Before any app can start with the script that fetches them.
  await ensureAgentPieces(ports, agent, journal);
  const domainIds = config.domains === "all" ? await ports.domains.ids() : config.domains;
  const recorded = await ports.records.holders();
  const run = { ports, journal, isOurs: ownConfigs(config.deployment) };
  const wish = { way: config.way, arns, where: "vacant" } as const;
  const seen = await attachDomains(
    run,
    { domainIds, areNamed: config.domains !== "all", wish, profiles: config.profiles },
    recorded,
  );
  await detach(
    run,
    recorded.filter(({ domainId }) => !domainIds.includes(domainId)),
  );
  await reconcileRoles(run, config.policyArn, config.roles ? seen : { roles: new Map(), isComplete: true }).catch(
    (error: unknown) => {
      journal.fail("the execution roles", error);
    },
  );
  await pruneConfigs(ports, config.deployment, Object.values(arns), journal).catch((error: unknown) => {
    journal.fail("former lifecycle configurations", error);
  });
  await deleteFormerAgents(ports, { id: agent.id, deployment: config.deployment }, journal).catch((error: unknown) => {
    journal.fail("former agents' pieces", error);
  });
  journal.summarize({ domains: domainIds.length, roles: seen.roles.size });
  return arns;
}

/** Puts the account back to what it was before the reaper came; what could not be put back stays on record, and in the journal. */
export async function remove(ports: AttachPorts, config: AttachConfig, journal: Journal): Promise<void> {
  const run = { ports, journal, isOurs: ownConfigs(config.deployment) };
  const steps = {
    "the records of what was attached": async () => detach(run, await ports.records.holders()),
    "the heartbeat policy": () => takeBackAll(run, config.policyArn),
    "the lifecycle configurations": () => pruneConfigs(ports, config.deployment, [], journal),
    // Last: a role that still has the policy lets its apps write on.
    "the instructions, the heartbeats and the agent's pieces": () => ports.forgetAgents(),
  };
  let failed = 0;
  for (const [what, step] of Object.entries(steps)) {
    await step().catch((error: unknown) => {
      failed += 1;
      journal.fail(what, error);
    });
  }
  journal.summarize({ removed: true });
  if (failed === Object.keys(steps).length) throw new AggregateError(journal.failures, "nothing could be undone");
}

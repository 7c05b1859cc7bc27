import { deleteFormerAgents, ensureAgentPieces } from "./agent-pieces.ts";
import { attempt } from "./attempt.ts";
import type { AttachConfig } from "./config.ts";
import { attachDomains } from "./domains.ts";
import { FormerConfigs } from "./former-configs.ts";
import type { Journal } from "./journal.ts";
import { ownConfigs } from "./lifecycle-config-name.ts";
import { ensureConfigs, pruneConfigs } from "./lifecycle-configs.ts";
import type { AttachPorts } from "./ports.ts";
import { RoleSearch } from "./role-search.ts";
import { detachFromAll, detachFromRecorded, reconcileRoles } from "./roles.ts";
import type { AppType } from "./settings-target.ts";
import { detach } from "./unlist.ts";

/**
 * Brings the account to what the configuration asks for. Throws where our own parts could not be made or the account
 * could not be read; failures of single domains, profiles and roles are in the journal.
 */
export async function reconcile(
  ports: AttachPorts,
  config: AttachConfig,
  journal: Journal,
): Promise<Readonly<Record<AppType, string>>> {
  const { deployment, policyArn } = config;
  const run = { ports, journal, former: new FormerConfigs(ports, ownConfigs(deployment)) };
  const agent = await ports.agent();
  const arns = await ensureConfigs(run, agent.script, config);
  // The pieces are in place before any app can start with the script that fetches them.
  await ensureAgentPieces(run, agent);
  const { domains, roles } = await reconcileDomains(run, config, arns);
  const wanted = config.attachRoles ? roles : new RoleSearch();
  await attempt(journal, "the execution roles", () => reconcileRoles(run, policyArn, wanted));
  // A domain that could not be read may still list a former one.
  if (roles.unread.size === 0)
    await attempt(journal, "former lifecycle configurations", () => pruneConfigs(run, deployment, Object.values(arns)));
  await attempt(journal, "former agents' pieces", () => deleteFormerAgents(run, agent.id, deployment));
  journal.summarize({ domains, roles: roles.domainsByRole.size });
  return arns;
}

/** Restores the account to what it was before the first deploy. What could not be restored stays on record. */
export async function remove(ports: AttachPorts, config: AttachConfig, journal: Journal): Promise<void> {
  const run = { ports, journal, former: new FormerConfigs(ports, ownConfigs(config.deployment)) };
  const steps = {
    "the records of what was attached": async () => detach(run, await ports.records.targets()),
    "the heartbeat policy": () => (config.attachRoles ? detachFromAll(run, config.policyArn) : detachFromRecorded(run)),
    "the lifecycle configurations": () => pruneConfigs(run, config.deployment, []),
    // This comes last, because apps whose role still has the policy would write again.
    "the instructions, the heartbeats and the agent's pieces": () => ports.forgetAgents(),
  };
  let failed = 0;
  for (const [what, step] of Object.entries(steps)) if (!(await attempt(journal, what, step)).ok) failed += 1;
  journal.summarize({ removed: true });
  if (failed === Object.keys(steps).length) throw new AggregateError(journal.failures, "nothing could be undone");
}

async function reconcileDomains(
  run: Parameters<typeof attachDomains>[0],
  { domains, mode, profiles }: AttachConfig,
  arns: Readonly<Record<AppType, string>>,
) {
  const domainIds = domains === "all" ? await run.ports.domains.ids() : domains;
  const recorded = await run.ports.records.targets();
  const attachment = { mode, arns, scope: "vacant" } as const;
  const desired = { domainIds, areListed: domains !== "all", attachment, profiles };
  const roles = await attachDomains(run, desired, recorded);
  await detach(
    run,
    recorded.filter(({ domainId }) => !domainIds.includes(domainId)),
  );
  return { domains: domainIds.length, roles };
}

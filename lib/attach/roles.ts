import { isDeepStrictEqual } from "node:util";
import { resourceName } from "../domain/arn.ts";
import { attemptInTime } from "./attempt.ts";
import type { Journal } from "./journal.ts";
import type { AttachPorts, RolePolicy, RoleRecord } from "./ports.ts";
import type { RoleSearch } from "./role-search.ts";

type Run = { readonly ports: AttachPorts; readonly journal: Journal };

/** A record of more domains might not fit a standard parameter. It names none then. */
const MOST_DOMAINS_ON_RECORD = 50;

/**
 * Attaches the policy to the execution roles that lack it, and detaches it from those of ours that no domain has any
 * more. Where a domain could not be read, the roles that it may have keep the policy.
 */
export async function reconcileRoles(run: Run, policyArn: string, search: RoleSearch): Promise<void> {
  const { ports } = run;
  const recorded = await ports.records.roles();
  const withPolicy = search.domainsByRole.size === 0 ? new Set() : await ports.roles.withPolicy(policyArn);
  const wanted = new Map([...search.domainsByRole].map(([arn, domains]) => [resourceName(arn), domains]));
  for (const [name, domains] of wanted) {
    const former = recorded.find((record) => record.name === name);
    const role = { name, policyArn, ...domainsOnRecord(domains, former, search.unread) };
    const [domainId = ""] = domains;
    await ensurePolicy(run, role, { domainId, former, hasPolicy: withPolicy.has(name) });
  }
  const mayBeWanted = ({ domains }: RoleRecord) =>
    domains === undefined ? search.unread.size > 0 : domains.some((domainId) => search.unread.has(domainId));
  await detachPolicies(
    run,
    recorded.filter((role) => !wanted.has(role.name) && !mayBeWanted(role)),
  );
}

/**
 * Detaches the policy from every role that has it, whoever attached it: the stack's remove deletes the policy next,
 * which IAM refuses while a role has it.
 */
export async function detachFromAll(run: Run, policyArn: string): Promise<void> {
  const withPolicy = [...(await run.ports.roles.withPolicy(policyArn))].map((name) => ({ name, policyArn }));
  const recorded = await run.ports.records.roles();
  const isRecorded = (role: RolePolicy) =>
    recorded.some(({ name, policyArn: arn }) => name === role.name && arn === role.policyArn);
  await detachPolicies(run, [...recorded, ...withPolicy.filter((role) => !isRecorded(role))]);
}

/** Detaches the policy from the roles that a run attached it to. */
export async function detachFromRecorded(run: Run): Promise<void> {
  await detachPolicies(run, await run.ports.records.roles());
}

/** The domains that have the role, and those that could not be read and had it before, or were never read. */
function domainsOnRecord(
  found: ReadonlySet<string>,
  former: RoleRecord | undefined,
  unread: ReadonlySet<string>,
): Pick<RoleRecord, "domains"> {
  const possible = [...unread].filter((domainId) => former?.domains?.includes(domainId) ?? true);
  const domains = [...new Set([...found, ...possible])].sort();
  return domains.length > MOST_DOMAINS_ON_RECORD ? {} : { domains };
}

type Present = { readonly domainId: string; readonly former: RoleRecord | undefined; readonly hasPolicy: boolean };

async function ensurePolicy(run: Run, role: RoleRecord, { domainId, former, hasPolicy }: Present): Promise<void> {
  const { records, roles } = run.ports;
  await attemptInTime(run, `role ${role.name} of ${domainId}`, async () => {
    if (!hasPolicy) {
      // The record comes first: without it, no later run would detach the policy again.
      if (former === undefined) await records.writeRole(role);
      await roles.attach(role);
      const why = former === undefined ? `apps of ${domainId} run with this role` : "the role did not have it any more";
      run.journal.change({ what: "attached a policy", on: `role ${role.name}`, to: role.policyArn, why });
    }
    if (former === undefined || isDeepStrictEqual(role, former)) return;
    // The former record is the only one to name the policy of a former stack.
    if (former.policyArn !== role.policyArn) await detachPolicy(run, former);
    await records.writeRole(role);
  });
}

async function detachPolicies(run: Run, roles: readonly RolePolicy[]): Promise<void> {
  for (const role of roles)
    await attemptInTime(run, `role ${role.name}`, async () => {
      await detachPolicy(run, role);
      await run.ports.records.forgetRole(role.name);
    });
}

async function detachPolicy({ ports, journal }: Run, role: RolePolicy): Promise<void> {
  if ((await ports.roles.detach(role)) === "gone") return;
  const on = `role ${role.name}`;
  journal.change({ what: "detached a policy", on, from: role.policyArn, why: "no longer to be attached" });
}

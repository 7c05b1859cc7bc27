import { attemptInTime } from "./attempt.ts";
import type { RolesFound } from "./domains.ts";
import type { Journal } from "./journal.ts";
import type { AttachPorts, RoleRecord } from "./ports.ts";

type Run = { readonly ports: AttachPorts; readonly journal: Journal };

/**
 * Attaches the policy to the execution roles that lack it, and detaches it from those of ours that no domain has any
 * more.
 */
export async function reconcileRoles(run: Run, policyArn: string, { roles, isComplete }: RolesFound): Promise<void> {
  const { ports } = run;
  const recorded = await ports.records.roles();
  const withPolicy = roles.size === 0 ? new Set<string>() : await ports.roles.withPolicy(policyArn);
  const wanted = new Map([...roles].map(([arn, domainId]) => [roleName(arn), domainId]));
  for (const [name, domainId] of wanted)
    if (!withPolicy.has(name)) await attachPolicy(run, { name, policyArn }, domainId, recorded);
  // After an incomplete search, a role that no domain seems to have may belong to a domain that could not be read.
  if (!isComplete) return;
  await detachPolicies(
    run,
    recorded.filter((role) => !wanted.has(role.name) || role.policyArn !== policyArn),
  );
}

/**
 * Detaches the policy from every role that has it, whoever attached it: the stack's remove deletes the policy next,
 * which IAM refuses while a role has it.
 */
export async function detachFromAll(run: Run, policyArn: string): Promise<void> {
  const withPolicy = [...(await run.ports.roles.withPolicy(policyArn))].map((name) => ({ name, policyArn }));
  const recorded = await run.ports.records.roles();
  await detachPolicies(run, [...recorded, ...withPolicy.filter((role) => !includes(recorded, role))]);
}

async function attachPolicy(
  run: Run,
  role: RoleRecord,
  domainId: string,
  recorded: readonly RoleRecord[],
): Promise<void> {
  const { ports, journal } = run;
  const isRecorded = includes(recorded, role);
  await attemptInTime(run, `role ${role.name} of ${domainId}`, async () => {
    // The record comes first: without it, no later run would detach the policy again.
    if (!isRecorded) await ports.records.writeRole(role);
    await ports.roles.attach(role);
    const why = isRecorded ? "somebody had detached it" : `apps of ${domainId} run with this role`;
    journal.change({ what: "attached a policy", on: `role ${role.name}`, to: role.policyArn, why });
  });
}

async function detachPolicies(run: Run, roles: readonly RoleRecord[]): Promise<void> {
  const { ports, journal } = run;
  for (const role of roles) {
    const on = `role ${role.name}`;
    await attemptInTime(run, on, async () => {
      const outcome = await ports.roles.detach(role);
      await ports.records.forgetRole(role);
      if (outcome === "detached")
        journal.change({ what: "detached a policy", on, from: role.policyArn, why: "no longer to be attached" });
    });
  }
}

const includes = (roles: readonly RoleRecord[], role: RoleRecord): boolean =>
  roles.some(({ name, policyArn }) => name === role.name && policyArn === role.policyArn);

/** The last part of a role's ARN, after its path. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

import type { RolesSeen } from "./domains.ts";
import type { Journal } from "./journal.ts";
import type { AttachPorts, RoleRecord } from "./ports.ts";

type Run = { readonly ports: AttachPorts; readonly journal: Journal };

/** Gives the policy to the execution roles that have it not yet, and takes it from those that we gave it to and that no domain has any more. */
export async function reconcileRoles(run: Run, policyArn: string, { roles, isComplete }: RolesSeen): Promise<void> {
  const { ports } = run;
  const recorded = await ports.records.roles();
  const having = roles.size === 0 ? new Set<string>() : await ports.roles.withPolicy(policyArn);
  const isRecorded = (name: string): boolean =>
    recorded.some((one) => one.name === name && one.policyArn === policyArn);
  const wanted = new Map([...roles].map(([arn, domainId]) => [roleName(arn), domainId]));
  for (const [name, domainId] of wanted) {
    if (having.has(name)) continue;
    await attempt(run, name, `role ${name} of ${domainId}`, async () => {
      const role = { name, policyArn };
      // On record first: one that we are not known to have attached would never be detached.
      if (!isRecorded(name)) await ports.records.writeRole(role);
      await ports.roles.attach(role);
      run.journal.change({
        what: "attached a policy",
        on: `role ${name}`,
        to: policyArn,
        why: isRecorded(name) ? "it had been detached since" : `apps of ${domainId} run with it`,
      });
    });
  }
  // A role that no domain seems to have may be that of a domain which could not be read.
  if (!isComplete) return;
  await takeBack(
    run,
    recorded.filter((role) => !wanted.has(role.name) || role.policyArn !== policyArn),
  );
}

/**
 * Takes the policy from every role that has it, whoever attached it: at remove the policy itself is about to be deleted, which the
 * service refuses while a role has it.
 */
export async function takeBackAll(run: Run, policyArn: string): Promise<void> {
  const having = [...(await run.ports.roles.withPolicy(policyArn))].map((name) => ({ name, policyArn }));
  const recorded = await run.ports.records.roles();
  await takeBack(run, [
    ...recorded,
    ...having.filter(({ name }) => !recorded.some((role) => role.name === name && role.policyArn === policyArn)),
  ]);
}

async function takeBack(run: Run, roles: readonly RoleRecord[]): Promise<void> {
  for (const role of roles) {
    await attempt(run, role.name, `role ${role.name}`, async () => {
      const outcome = await run.ports.roles.detach(role);
      await run.ports.records.forgetRole(role);
      if (outcome === "detached")
        run.journal.change({
          what: "detached a policy",
          on: `role ${role.name}`,
          from: role.policyArn,
          why: "no longer wanted here",
        });
    });
  }
}

/** The last part of a role's ARN: what precedes it is its path. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

async function attempt({ ports, journal }: Run, name: string, on: string, act: () => Promise<void>): Promise<void> {
  try {
    if (ports.time.isShort()) throw new Error(`${name} was not reached: the time is over; the next run goes on`);
    await act();
  } catch (error) {
    journal.fail(on, error);
  }
}

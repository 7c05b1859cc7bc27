import { apply } from "./apply.ts";
import { holderName, type HolderKey, type Settings } from "./holder.ts";
import type { Journal } from "./journal.ts";
import { overriding, type Wish } from "./plan.ts";
import type { AttachPorts } from "./ports.ts";

/** The execution roles that were seen, each with a domain that has it, and whether that is all of them. */
export type RolesSeen = { readonly roles: ReadonlyMap<string, string>; readonly isComplete: boolean };

export type DomainsWish = {
  readonly domainIds: readonly string[];
  /** Whether a domain that is not there is a mistake: it was named. */
  readonly areNamed: boolean;
  readonly wish: Wish;
  readonly profiles: "report" | "change";
};

type Run = { readonly ports: AttachPorts; readonly isOurs: (arn: string) => boolean; readonly journal: Journal };

/** Attaches to each domain, then looks at the profiles of each: the domains matter more where the time does not suffice. */
export async function attachDomains(run: Run, wanted: DomainsWish, recorded: readonly HolderKey[]): Promise<RolesSeen> {
  const roles = new Map<string, string>();
  const see = (domainId: string, settings: Settings): void => {
    for (const arn of executionRoles(settings)) if (!roles.has(arn)) roles.set(arn, domainId);
  };
  const attached: string[] = [];
  const failuresBefore = run.journal.failures.length;
  for (const domainId of wanted.domainIds) {
    const settings = await attachDomain(run, domainId, wanted);
    if (settings === undefined) continue;
    see(domainId, settings);
    attached.push(domainId);
  }
  for (const domainId of attached) await attachProfiles(run, domainId, wanted, recorded, see);
  return { roles, isComplete: run.journal.failures.length === failuresBefore };
}

/** Takes what is ours out of each of these, and puts back what was there before. */
export async function detach(run: Run, keys: readonly HolderKey[]): Promise<void> {
  for (const key of keys)
    await attempt(run, key, () => apply(run.ports.domains.holder(key), undefined, run.isOurs, run.ports, run.journal));
}

async function attachDomain(
  run: Run,
  domainId: string,
  { wish, areNamed }: DomainsWish,
): Promise<Settings | undefined> {
  return attempt(run, { domainId }, async () => {
    const applied = await apply(run.ports.domains.holder({ domainId }), wish, run.isOurs, run.ports, run.journal);
    if (applied === undefined && areNamed)
      throw new Error("there is no such domain in this account and region; take it out of ATTACH_DOMAINS");
    return applied?.settings;
  });
}

async function attachProfiles(
  run: Run,
  domainId: string,
  wanted: DomainsWish,
  recorded: readonly HolderKey[],
  see: (domainId: string, settings: Settings) => void,
): Promise<void> {
  const names = await attempt(run, { domainId }, () => run.ports.domains.profileNames(domainId));
  if (names === undefined) return;
  const known = new Set(recorded.filter((key) => key.domainId === domainId).flatMap(({ profile }) => profile ?? []));
  for (const profile of names) {
    const key = { domainId, profile };
    const settings = await attempt(run, key, () => attachProfile(run, key, wanted, known.has(profile)));
    if (settings !== undefined) see(domainId, settings);
  }
  await detach(
    run,
    [...known].filter((profile) => !names.includes(profile)).map((profile) => ({ domainId, profile })),
  );
}

async function attachProfile(
  run: Run,
  key: HolderKey,
  { wish, profiles }: DomainsWish,
  isRecorded: boolean,
): Promise<Settings | undefined> {
  const holder = run.ports.domains.holder(key);
  if (profiles === "change")
    return (await apply(holder, { ...wish, where: "overriding" }, run.isOurs, run.ports, run.journal))?.settings;
  const now = isRecorded ? await apply(holder, undefined, run.isOurs, run.ports, run.journal) : await holder.describe();
  for (const left of overriding(key, now?.settings ?? {}, wish)) run.journal.leave({ on: holderName(key), ...left });
  return now?.settings;
}

function executionRoles(settings: Settings): readonly string[] {
  return Object.values(settings).flatMap((group) => group.ExecutionRole ?? []);
}

async function attempt<T>({ ports, journal }: Run, key: HolderKey, act: () => Promise<T>): Promise<T | undefined> {
  try {
    if (ports.time.isShort()) throw new Error("not reached: the time is over; the next run goes on");
    return await act();
  } catch (error) {
    journal.fail(holderName(key), error);
    return undefined;
  }
}

import { apply } from "./apply.ts";
import { attempt, attemptInTime, type Attempt } from "./attempt.ts";
import type { FormerConfigs, NamedConfigs } from "./former-configs.ts";
import type { Journal } from "./journal.ts";
import { listedFormer, type DesiredAttachment } from "./plan.ts";
import type { AttachPorts } from "./ports.ts";
import { isThere, targetName, type SettingsTarget, type TargetKey, type TargetState } from "./settings-target.ts";

type Run = { readonly ports: AttachPorts; readonly former: FormerConfigs; readonly journal: Journal };

/** A domain or profile that lists former configurations of ours, and what is attached to it. */
export type ListingTarget = {
  readonly target: SettingsTarget;
  readonly desired: DesiredAttachment | undefined;
  readonly arns: readonly string[];
};

/** Takes former configurations out of the lists, except those that a space or an app of the domain names. */
export async function unlistFormer(run: Run, listing: readonly ListingTarget[]): Promise<void> {
  for (const [domainId, ofDomain] of Map.groupBy(listing, ({ target }) => target.domainId)) {
    const arns = new Set(ofDomain.flatMap((one) => one.arns));
    const named = await attemptInTime(run, domainId, () => run.former.search(domainId, arns));
    const isDone = named.ok && (await unlistUnnamed(run, ofDomain, named.value));
    const kept = [...arns].filter((arn) => !isDone || named.value.has(arn));
    for (const arn of kept) run.former.keep(arn, named.ok ? named.value.get(arn) : []);
  }
}

async function unlistUnnamed(run: Run, listing: readonly ListingTarget[], named: NamedConfigs): Promise<boolean> {
  let isDone = true;
  for (const { target, desired } of listing.filter(({ arns }) => arns.some((arn) => !named.has(arn)))) {
    const isNamed = (arn: string) => named.has(arn);
    const applied = await attemptInTime(run, targetName(target), () =>
      apply({ ...run, isOurs: run.former.isOurs, isNamed }, target, desired),
    );
    isDone &&= applied.ok;
  }
  return isDone;
}

/** Removes everything of ours from each of these, and restores what was there before. */
export async function detach(run: Run, keys: readonly TargetKey[]): Promise<void> {
  for (const key of keys) {
    const target = run.ports.domains.target(key);
    await attemptInTime(run, targetName(key), async () => detachFrom(run, target, await target.describe()));
  }
}

/** What a space or an app names stays listed, and the setting on record, so that a later run takes it out. */
export async function detachFrom(run: Run, target: SettingsTarget, state: TargetState | undefined): Promise<void> {
  const { former } = run;
  const listed = isThere(state) ? listedFormer(target, state.settings, former.isOurs) : [];
  const named = listed.length === 0 ? NOTHING_NAMED : await namedIn(run, target.domainId);
  const isNamed = (arn: string) => !named.ok || named.value.has(arn);
  for (const arn of listed.filter(isNamed)) former.keep(arn, named.ok ? named.value.get(arn) : []);
  await apply({ ...run, isOurs: former.isOurs, isNamed }, target, undefined, state);
}

const NOTHING_NAMED: Attempt<NamedConfigs> = { ok: true, value: new Map() };

const namedIn = ({ former, journal }: Run, domainId: string): Promise<Attempt<NamedConfigs>> =>
  attempt(journal, domainId, () => former.inDomain(domainId));
